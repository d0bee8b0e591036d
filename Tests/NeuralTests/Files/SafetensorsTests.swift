import Testing

@testable import Neural

@Suite struct SafetensorsTests {
  private let tensors = [
    Tensor(name: "b\"", shape: [2, 2], values: [1, -2, .infinity, 0.1]),
    Tensor(name: "a", shape: [], values: [3]), Tensor(name: "c", shape: [0, 4], values: []),
  ]

  @Test func roundTripsSortedByName() throws {
    let bytes = Safetensors.encode(tensors)
    #expect(try Safetensors.decode(bytes) == [tensors[1], tensors[0], tensors[2]])
    #expect(Safetensors.encode(tensors.reversed()) == bytes)
    #expect(bytes[0] % 8 == 0)
  }

  @Test func layoutFollowsTheFormat() {
    let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  "#
    let expected = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + header.utf8 + [0, 0, 128, 63]
    #expect(Safetensors.encode([Tensor(name: "a", shape: [1], values: [1])]) == expected)
  }

  /// A header, the number of bytes of data that follow, and part of the error.
  static let damaged: [(String, Int, String)] = [
    ("not json", 0, "not JSON"), ("[1]", 0, "no tensors"), ("{}", 0, "no tensors"),
    (#"{"a":{"shape":[1]}}"#, 4, "tensor a correctly"),
    (#"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, 1, "type F8_E4M3"),
    (#"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}}"#, 4, "is not its size"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "tensor a of shape [2]"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "leaves a gap"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "passes the end"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "belong to no tensor"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "larger than the file"),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4,
      "larger than the file"
    ),
  ]

  @Test(arguments: damaged) func damageIsReported(header: String, data: Int, words: String) {
    let lead: [UInt8] = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0]
    let error = #expect(throws: NeuralError.self) {
      try Safetensors.decode(lead + header.utf8 + [UInt8](repeating: 0, count: data))
    }
    #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
  }

  @Test func lengthsBeyondTheFileAreRefused() {
    for bytes: [UInt8] in [
      [], [1, 2, 3], [255, 255, 255, 255, 255, 255, 255, 255], [9, 0, 0, 0, 0, 0, 0, 0],
    ] {
      #expect(throws: NeuralError.self) { try Safetensors.decode(bytes) }
    }
  }

  @Test func longHeadersRequireLargeFiles() throws {
    func file(header: Int, data: Int) -> [UInt8] {
      let end = #"{"a":{"dtype":"U8","shape":[\#(data)],"data_offsets":[0,\#(data)]}}"#
      let text = end + String(repeating: " ", count: header - end.utf8.count)
      return little(header, 8) + text.utf8 + [UInt8](repeating: 0, count: data)
    }
    #expect(try Safetensors.decode(file(header: 128 << 10, data: 0)).isEmpty)
    #expect(throws: NeuralError.self) { try Safetensors.decode(file(header: 140 << 10, data: 0)) }
    #expect(try Safetensors.decode(file(header: 140 << 10, data: 8 << 20)).isEmpty)
  }

  @Test func flippedBitsInTheHeaderDoNotTrap() {
    var bytes = Safetensors.encode(tensors)
    var refused = 0
    for index in 0..<bytes.count - 20 {
      for bit in 0..<8 {
        bytes[index] ^= 1 << bit
        do throws(NeuralError) { _ = try Safetensors.decode(bytes) } catch { refused += 1 }
        bytes[index] ^= 1 << bit
      }
    }
    #expect(refused > 4 * bytes.count)
  }
}
