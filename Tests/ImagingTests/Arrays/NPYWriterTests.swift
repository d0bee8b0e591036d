import Foundation
import Imaging
import Testing

@Suite struct NPYWriterTests {
  @Test func writtenRowsFormTheArray() throws {
    try withTemporaryFile { path in
      var writer = try NPYWriter(path: path, kind: .uint8, rowShape: [2, 3], atMost: 2)
      try writer.append([1, 2, 3, 4, 5, 6])
      try writer.append([7, 8, 9, 10, 11, 12])
      try writer.finish()
      let array = NPYArray(uint8: (1...12).map { UInt8($0) }, shape: [2, 2, 3])
      #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == array.encoded)
    }
  }

  @Test func wrongRowsAreRefused() throws {
    try withTemporaryFile { path in
      var writer = try NPYWriter(path: path, kind: .float32, rowShape: [2], atMost: 1)
      #expect(throws: ImageError.self) { try writer.append([1, 2]) }
      try writer.append([UInt8](repeating: 0, count: 8))
      #expect(throws: ImageError.self) { try writer.append([UInt8](repeating: 0, count: 8)) }
      try writer.finish()
    }
  }

  @Test(arguments: [0, 1, 7])
  func headerContainsTheNumberOfRows(rows: Int) throws {
    try withTemporaryFile { path in
      // The header has room for the longest number.
      var writer = try NPYWriter(path: path, kind: .uint8, rowShape: [4], atMost: 1_000_000)
      for row in 0..<rows { try writer.append([UInt8](repeating: UInt8(row), count: 4)) }
      try writer.finish()
      let array = try NPYArray(parsing: Array(Data(contentsOf: URL(fileURLWithPath: path))))
      #expect(array.shape == [rows, 4])
      #expect(array.bytes == (0..<rows).flatMap { [UInt8](repeating: UInt8($0), count: 4) })
    }
  }

  @Test func droppedWriterLeavesNoReadableArray() throws {
    try withTemporaryFile { path in
      do {
        var writer = try NPYWriter(path: path, kind: .uint8, rowShape: [4], atMost: 3)
        try writer.append([1, 2, 3, 4])
      }
      let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(throws: ImageError.self) { try NPYArray(parsing: bytes) }
    }
  }

  @Test func unwritablePathsAreNamedInTheError() {
    let message = reason {
      _ = try NPYWriter(path: "/no/such/folder/a.npy", kind: .uint8, rowShape: [1], atMost: 1)
    }
    #expect(message?.contains("/no/such/folder/a.npy") == true)
  }
}
