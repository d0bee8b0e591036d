internal import Foundation

/// The safetensors format, version 0.3: a JSON header that describes where each tensor is stored,
/// followed by the data.
///
/// This library computes in single precision and writes nothing else. Half, bfloat16 and double
/// numbers are converted to single precision; integers, such as PyTorch's batch counts, are
/// skipped.
public enum Safetensors {
  /// The longest header accepted in a file of `bytes` bytes: room for 1,300 tensors plus one for
  /// each 50 KB, up to the limit of the reference implementation.
  ///
  /// Malicious JSON takes up to 450 times its size once parsed; with this limit it stays within the
  /// file's size plus 64 MiB.
  private static func longestHeader(_ bytes: Int) -> Int {
    min(128 << 10 + bytes / 512, 100_000_000)
  }

  private struct Place {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]
  }

  /// Encodes tensors, sorted by name, with no metadata: the same tensors produce the same bytes.
  public static func encode(_ tensors: [Tensor]) -> [UInt8] {
    let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var offset = 0
    let members = sorted.map { tensor in
      let end = offset + 4 * tensor.values.count
      defer { offset = end }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      return quoted(tensor.name)
        + ":{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    // The data begins at a multiple of eight bytes.
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    var writer = ByteWriter(capacity: 8 + header.count + offset)
    writer.put(UInt64(header.count))
    writer.put(raw: header)
    for tensor in sorted { writer.put(raw: tensor.values) }
    return writer.bytes
  }

  /// Decodes the tensors of a file, sorted by name.
  ///
  /// Throws an error that describes what is wrong with the header, or the tensor whose type, shape
  /// or place is wrong.
  public static func decode(_ bytes: [UInt8]) throws(NeuralError) -> [Tensor] {
    var reader = ByteReader(bytes)
    let length = try reader.word()
    guard length <= longestHeader(bytes.count), length <= bytes.count - 8 else {
      throw NeuralError("the header of \(length) bytes is longer than the file or the limit")
    }
    let places = try places(bytes[8..<8 + Int(length)])
    let data = bytes[(8 + Int(length))...]
    var tensors: [Tensor] = []
    var covered = 0
    let byPlace = places.sorted {
      ($0.value.offsets.first ?? 0, $0.key) < ($1.value.offsets.first ?? 0, $1.key)
    }
    for (name, place) in byPlace {
      guard let format = NumberFormat(dtype: place.dtype) else {
        throw NeuralError(
          "tensor \(name) is of type \(place.dtype); F32, F64, F16 and BF16 can be read")
      }
      let range = try range(name, place, width: format.width, from: covered, limit: data.count)
      covered = range.upperBound
      guard !format.isWhole else { continue }
      let slice = data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound]
      tensors.append(Tensor(name: name, shape: place.shape, values: format.floats(slice)))
    }
    guard covered == data.count else {
      throw NeuralError("\(data.count - covered) bytes at the end belong to no tensor")
    }
    return tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func places(_ header: ArraySlice<UInt8>) throws(NeuralError) -> [String: Place] {
    let object: [String: Any]
    do {
      object = try JSONSerialization.jsonObject(with: Data(header)) as? [String: Any] ?? [:]
    } catch {
      throw NeuralError("the header is not JSON")
    }
    guard !object.isEmpty else { throw NeuralError("the header lists no tensors") }
    var places: [String: Place] = [:]
    for (name, value) in object.sorted(by: { $0.key < $1.key }) where name != "__metadata__" {
      guard let members = value as? [String: Any], let dtype = members["dtype"] as? String,
        let shape = members["shape"] as? [Int], let offsets = members["data_offsets"] as? [Int],
        offsets.count == 2
      else { throw NeuralError("the header does not describe tensor \(name) correctly") }
      places[name] = Place(dtype: dtype, shape: shape, offsets: offsets)
    }
    return places
  }

  /// The byte range of a tensor, which must begin at `start`, where the previous one ended.
  private static func range(
    _ name: String, _ place: Place, width: Int, from start: Int, limit: Int
  ) throws(NeuralError) -> Range<Int> {
    var count = 1
    for extent in place.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow, product <= limit else {
        throw NeuralError("tensor \(name) of shape \(place.shape) is larger than the file")
      }
      count = product
    }
    let (first, end) = (place.offsets[0], place.offsets[1])
    guard first == start, end >= first, end <= limit, end - first == width * count else {
      throw NeuralError(
        "tensor \(name) of shape \(place.shape) lies at \(first)..<\(end), which leaves a gap, "
          + "overlaps another, passes the end or is not its size")
    }
    return first..<end
  }

  private static func quoted(_ name: String) -> String {
    var text = "\""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case _ where scalar.value < 32:
        text += "\\u00" + (scalar.value < 16 ? "0" : "")
        text += String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
