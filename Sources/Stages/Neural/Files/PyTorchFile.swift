/// PyTorch's `.pth` and `.pt` files: what `torch.save(model.state_dict(), path)` has written since
/// 1.6.
///
/// A ZIP archive contains a pickle that describes the tensors, and one member per storage. The
/// pickle is never run: it may name plain tensors and ordered dictionaries, nothing else. Single,
/// double, half and bfloat16 numbers are converted to single precision; integers are skipped.
public enum PyTorchFile {
  /// Keys under which training scripts store a state dictionary next to other data.
  private static let wrappers = ["model", "model_state_dict", "state_dict"]
  /// The prefix that `DataParallel` adds to every name.
  private static let parallelPrefix = "module."
  /// The maximum number of dimensions of a PyTorch tensor.
  private static let mostAxes = 64
  /// The maximum length of a storage's key, a number, in bytes.
  private static let longestKey = 100
  /// The number of bytes that views of shared storages may take beyond the storages' own.
  private static let sharedRoom = 32 << 20

  /// The tensors of a state dictionary, sorted by name, without the prefix of `DataParallel`.
  ///
  /// Throws an error that describes what is wrong with the archive, the position in its pickle that
  /// is damaged or requires more than plain tensors, or the tensor whose type, shape or storage is
  /// wrong.
  public static func decode(_ bytes: [UInt8]) throws(NeuralError) -> [Tensor] {
    guard !isLegacy(bytes) else {
      throw NeuralError(
        "the file is in the format PyTorch wrote before 1.6; load it with PyTorch and save it again"
      )
    }
    let views = try views(bytes)
    try bound(views.map(\.view))
    // Equal views share their numbers.
    var made: [TensorView: [Float]] = [:]
    return views.map { name, view in
      let values = made[view] ?? view.floats(bytes)
      made[view] = values
      return Tensor(name: name, shape: view.shape, values: values)
    }
  }

  /// Whether a file begins like the archives that `torch.save` writes.
  static func isArchive(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 3, 4]) }

  /// Whether a file begins like those of PyTorch before 1.6: with a pickle of their magic number.
  static func isLegacy(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50])
  }

  /// The views of all tensors except those of integers, sorted by name.
  private static func views(
    _ bytes: [UInt8]
  ) throws(NeuralError) -> [(name: String, view: TensorView)] {
    let archive = try StoredArchive(bytes)
    guard let place = archive.place("data.pkl") else {
      throw NeuralError(
        "the archive does not contain \(archive.root)/data.pkl, which torch.save writes")
    }
    if let order = archive.place("byteorder"), !bytes[order].elementsEqual("little".utf8) {
      throw NeuralError("its byteorder says that the numbers are not little-endian")
    }
    let pickle = try PickleReader.read(bytes[place], fileSize: bytes.count)
    let tensors = try stateDictionary(pickle)
    let isParallel = tensors.keys.allSatisfy { $0.hasPrefix(parallelPrefix) }
    var views: [(name: String, view: TensorView)] = []
    for (name, tensor) in tensors {
      let view = try view(String(name.prefix(100)), pickle.objects[tensor], pickle, archive)
      guard !view.format.isWhole else { continue }
      views.append((isParallel ? String(name.dropFirst(parallelPrefix.count)) : name, view))
    }
    return views.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The tensors of the state dictionary, by name; it may be nested in other dictionaries.
  private static func stateDictionary(_ pickle: Pickle) throws(NeuralError) -> [String: Int] {
    guard case .dictionary(var place) = pickle.root else {
      throw NeuralError("the file holds no dictionary; save model.state_dict()")
    }
    // A dictionary may contain itself; no real file nests deeper than three levels.
    for _ in 0..<3 {
      let members = pickle.members(place)
      let nested = wrappers.filter { if case .dictionary = members[$0] { true } else { false } }
      guard nested.count < 2 else {
        throw NeuralError(
          "ambiguous: the file contains the dictionaries "
            + nested.joined(separator: " and "))
      }
      guard let name = nested.first, case .dictionary(let inner) = members[name] else {
        let tensors = members.compactMapValues { if case .tensor(let at) = $0 { at } else { nil } }
        guard !tensors.isEmpty else {
          throw NeuralError("the file's dictionary holds no tensors; save model.state_dict()")
        }
        return tensors
      }
      place = inner
    }
    throw NeuralError("the file's dictionaries are nested too deeply; save model.state_dict()")
  }

  /// The view that a tensor's arguments describe, checked against its storage.
  private static func view(
    _ name: String, _ arguments: [Pickle.Value], _ pickle: Pickle, _ archive: StoredArchive
  ) throws(NeuralError) -> TensorView {
    guard case .storage(let place) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = pickle.integers(arguments[2]), let strides = pickle.integers(arguments[3]),
      shape.count <= mostAxes, pickle.objects[place].count == 5,
      case .global(.storageType(let type)) = pickle.objects[place][1],
      case .text(let key) = pickle.objects[place][2], key.utf8.count <= longestKey,
      case .integer(let size) = pickle.objects[place][4]
    else { throw NeuralError("data.pkl does not describe tensor \(name) correctly") }
    guard arguments.count == 6 || isPlain(arguments[6], pickle) else {
      throw NeuralError("tensor \(name) is a negated or conjugated view, which is not read")
    }
    guard let format = NumberFormat(storage: type) else {
      throw NeuralError(
        "tensor \(name) is a \(type.prefix(100)); float, double, half and bfloat16 can be read")
    }
    guard let storage = archive.place("data/\(key)") else {
      throw NeuralError("the storage of tensor \(name), data/\(key), is missing")
    }
    guard storage.count.isMultiple(of: format.width), storage.count / format.width == size else {
      throw NeuralError(
        "the storage of tensor \(name), data/\(key), has \(storage.count) bytes where "
          + "\(size) numbers of \(format.width) belong")
    }
    guard
      let view = TensorView(
        format: format, storage: storage, offset: offset, shape: shape, strides: strides)
    else {
      throw NeuralError(
        "tensor \(name) of shape \(shape) with strides \(strides) from \(offset) leaves its storage "
          + "of \(size) numbers")
    }
    return view
  }

  /// Whether a tensor's metadata requires nothing, such as negating its numbers.
  private static func isPlain(_ notes: Pickle.Value, _ pickle: Pickle) -> Bool {
    switch notes {
    case .none: true
    case .dictionary(let place): pickle.objects[place].isEmpty
    default: false
    }
  }

  /// Refuses a small file whose tensors repeat the same numbers over and over.
  private static func bound(_ views: [TensorView]) throws(NeuralError) {
    var room = sharedRoom / MemoryLayout<Float>.stride
    var storages: [Range<Int>: NumberFormat] = [:]
    for view in views {
      let other = storages.updateValue(view.format, forKey: view.storage)
      guard other == nil || other == view.format else {
        throw NeuralError("one storage is declared with two number types")
      }
    }
    for (storage, format) in storages { room += storage.count / format.width }
    for view in Set(views) {
      room -= min(view.count, room + 1)
      guard room >= 0 else {
        throw NeuralError("its tensors expand the storages too many times")
      }
    }
  }
}
