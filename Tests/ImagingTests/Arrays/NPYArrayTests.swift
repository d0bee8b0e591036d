import Imaging
import Testing

@Suite struct NPYArrayTests {
  private let numbers = (0..<24).map { Float($0) }

  @Test(arguments: ["u1", "i4", "i8", "f4", "f8", "version-1", "version-2", "version-3"])
  func readsFilesWrittenByNumPy(_ name: String) throws {
    let array = try NPYArray(parsing: Reference.arrays.bytes("npy/" + name))
    #expect(array.shape == [2, 3, 4])
    #expect(array.floats == numbers)
    #expect(try NPYArray(parsing: array.encoded) == array)
  }

  @Test func readsOtherShapes() throws {
    let scalar = try NPYArray(parsing: Reference.arrays.bytes("npy/scalar"))
    #expect(scalar.shape == [] && scalar.floats == [7])
    let vector = try NPYArray(parsing: Reference.arrays.bytes("npy/vector"))
    #expect(vector.shape == [5] && vector.floats == [0, 1, 2, 3, 4])
    let empty = try NPYArray(parsing: Reference.arrays.bytes("npy/empty"))
    #expect(empty.shape == [0, 4] && empty.floats == [])
    for array in [scalar, vector, empty] {
      #expect(try NPYArray(parsing: array.encoded) == array)
    }
  }

  @Test(
    arguments: [
      ("fortran", "Fortran order"), ("big-f4", "big-endian"), ("i2", "dtype '<i2'"),
      ("?", "dtype '|b1'"), ("structured", "structured"),
    ])
  func unsupportedKindsAreNamedInTheError(_ name: String, _ words: String) throws {
    let bytes = try Reference.arrays.bytes("npy/" + name)
    let reason = try #require(reason { _ = try NPYArray(parsing: bytes) })
    #expect(reason.contains(words))
  }

  @Test func dataBeginsAtAMultipleOf64() {
    for rank in 0..<8 {
      let array = NPYArray(uint8: [9], shape: [Int](repeating: 1, count: rank))
      #expect(array.encoded.count % 64 == 1)
    }
  }

  @Test(arguments: ["f4", "version-3", "structured", "scalar"])
  func damagedFilesAreRefusedOrRead(_ name: String) throws {
    let refused = damage(try Reference.arrays.bytes("npy/" + name)) {
      _ = try NPYArray(parsing: $0)
    }
    #expect(refused > 50)
  }

  @Test func impossibleShapesAreRefused() {
    let array = NPYArray(uint8: [1], shape: [1, 1])
    for sizes in [
      "(99999999999, 99999999999)", "(0, 9223372036854775807, 9)", "(99999999999999999999,)",
    ] {
      let text = "{'descr': '|u1', 'fortran_order': False, 'shape': \(sizes), }"
      var bytes = Array(array.encoded.prefix(8)) + [UInt8(text.utf8.count), 0]
      bytes += Array(text.utf8) + [0]
      #expect(reason { _ = try NPYArray(parsing: bytes) } != nil)
    }
  }

  @Test func wrongLengthsAreReported() throws {
    let bytes = NPYArray(float32: [1, 2, 3], shape: [3]).encoded + [0]
    let reason = try #require(reason { _ = try NPYArray(parsing: bytes) })
    #expect(reason == "the .npy file holds 13 bytes of data where shape [3] of float32 needs 12")
  }
}
