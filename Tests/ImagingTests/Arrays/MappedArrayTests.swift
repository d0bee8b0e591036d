import Foundation
import Imaging
import Testing

@Suite struct MappedArrayTests {
  private func mapped(_ bytes: [UInt8]) throws -> MappedArray {
    try withTemporaryFile { path in
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return try MappedArray(path: path)
    }
  }

  @Test func rowsAreSlicesAlongTheFirstAxis() throws {
    let array = NPYArray(float32: (0..<24).map { Float($0) }, shape: [4, 3, 2])
    let mapped = try mapped(array.encoded)
    #expect(mapped.count == 4 && mapped.shape == [4, 3, 2] && mapped.kind == .float32)
    for row in 0..<4 { #expect(mapped.row(row) == Array(array.bytes[row * 24..<(row + 1) * 24])) }
  }

  @Test func emptyArrayHasNoRows() throws {
    #expect(try mapped(NPYArray(uint8: [], shape: [0, 4]).encoded).count == 0)
  }

  @Test func filesWithoutRowsAreRefused() throws {
    let file = NPYArray(uint8: [1, 2, 3], shape: [3]).encoded
    for length in 0..<file.count {
      #expect(reason { _ = try mapped(Array(file.prefix(length))) } != nil, "cut to \(length)")
    }
    let scalar = NPYArray(uint8: [1], shape: [])
    #expect(reason { _ = try mapped(scalar.encoded) }?.contains("single number") == true)
    #expect(reason { _ = try MappedArray(path: "/no/such/file.npy") }?.contains("No such") == true)
  }

  @Test func outOfRangeRowTraps() async {
    await #expect(processExitsWith: .failure) {
      let path = FileManager.default.temporaryDirectory.path + "/imaging-\(UUID().uuidString)"
      try Data(NPYArray(uint8: [1], shape: [1]).encoded).write(to: URL(fileURLWithPath: path))
      let array = try MappedArray(path: path)
      try FileManager.default.removeItem(atPath: path)
      _ = array.row(1)
    }
  }
}
