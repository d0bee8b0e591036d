import Foundation
import Imaging
import Testing

@Suite struct NPYWriterTests {
  @Test func rowsBecomeTheArray() throws {
    try withTemporaryFile { path in
      var writer = try NPYWriter(path: path, kind: .uint8, rowShape: [2, 3], count: 2)
      try writer.append([1, 2, 3, 4, 5, 6])
      try writer.append([7, 8, 9, 10, 11, 12])
      try writer.finish()
      let array = NPYArray(uint8: (1...12).map { UInt8($0) }, shape: [2, 2, 3])
      #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == array.encoded)
    }
  }

  @Test func wrongRowsAreRefused() throws {
    try withTemporaryFile { path in
      var writer = try NPYWriter(path: path, kind: .float32, rowShape: [2], count: 1)
      #expect(throws: ImageProblem.self) { try writer.append([1, 2]) }
      try writer.append([UInt8](repeating: 0, count: 8))
      #expect(throws: ImageProblem.self) { try writer.append([UInt8](repeating: 0, count: 8)) }
      try writer.finish()
    }
  }

  @Test func missingRowsAreTold() {
    withTemporaryFile { path in
      let message = reason {
        let writer = try NPYWriter(path: path, kind: .uint8, rowShape: [4], count: 3)
        try writer.finish()
      }
      #expect(message?.contains("0 of its 3 rows") == true)
    }
  }

  @Test func placesThatCannotBeWrittenAreNamed() {
    let message = reason {
      _ = try NPYWriter(path: "/no/such/folder/a.npy", kind: .uint8, rowShape: [1], count: 1)
    }
    #expect(message?.contains("/no/such/folder/a.npy") == true)
  }
}
