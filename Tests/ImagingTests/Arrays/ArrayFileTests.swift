import Foundation
import Imaging
import Testing

@Suite struct ArrayFileTests {
  private func opened(_ bytes: [UInt8]) throws -> ArrayFile {
    try withTemporaryFile { path in
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return try ArrayFile(path: path)
    }
  }

  @Test func rowsAreSlicesAlongTheFirstAxis() throws {
    let array = NPYArray(float32: (0..<24).map { Float($0) }, shape: [4, 3, 2])
    let file = try opened(array.encoded)
    #expect(file.count == 4 && file.shape == [4, 3, 2] && file.kind == .float32)
    for row in 0..<4 { #expect(try file.row(row) == Array(array.bytes[row * 24..<(row + 1) * 24])) }
  }

  @Test func emptyArrayHasNoRows() throws {
    #expect(try opened(NPYArray(uint8: [], shape: [0, 4]).encoded).count == 0)
  }

  @Test func filesWithoutRowsAreRefused() throws {
    let file = NPYArray(uint8: [1, 2, 3], shape: [3]).encoded
    for length in 0..<file.count {
      #expect(reason { _ = try opened(Array(file.prefix(length))) } != nil, "cut to \(length)")
    }
    let scalar = NPYArray(uint8: [1], shape: [])
    #expect(reason { _ = try opened(scalar.encoded) }?.contains("single number") == true)
    #expect(reason { _ = try ArrayFile(path: "/no/such/file.npy") }?.contains("No such") == true)
  }

  @Test func shortenedFileIsAnErrorThatNamesTheRow() throws {
    try withTemporaryFile { path in
      let array = NPYArray(uint8: [1, 2, 3, 4], shape: [2, 2])
      try Data(array.encoded).write(to: URL(fileURLWithPath: path))
      let file = try ArrayFile(path: path)
      truncate(path, off_t(array.encoded.count - 1))
      #expect(try file.row(0) == [1, 2])
      #expect(reason { _ = try file.row(1) }?.contains("was shortened: row 1") == true)
    }
  }

  @Test func outOfRangeRowTraps() async {
    await #expect(processExitsWith: .failure) {
      let path = FileManager.default.temporaryDirectory.path + "/imaging-\(UUID().uuidString)"
      try Data(NPYArray(uint8: [1], shape: [1]).encoded).write(to: URL(fileURLWithPath: path))
      let array = try ArrayFile(path: path)
      try FileManager.default.removeItem(atPath: path)
      _ = try array.row(1)
    }
  }
}
