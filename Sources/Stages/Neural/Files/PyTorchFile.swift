/// PyTorch's `.pth` and `.pt` files: what `torch.save(model.state_dict(), path)` has written since 1.6.
///
/// A ZIP archive holds a pickle that describes the tensors, and a member for each storage. The pickle
/// is never run: it may name plain tensors and ordered dictionaries, nothing else. Single, double,
/// half and bfloat16 numbers become single precision; whole numbers are passed over.
public enum PyTorchFile {
  /// Members in which training scripts keep a state dictionary beside other things.
  private static let wrappers = ["model", "model_state_dict", "state_dict"]
  /// What `DataParallel` puts in front of every name.
  private static let parallelPrefix = "module."
  /// As many axes as PyTorch gives a tensor.
  private static let mostAxes = 64
  /// Bytes of a storage's key, which is a number.
  private static let longestKey = 100
  /// Bytes of numbers that views of shared storages may take beyond the storages' own.
  private static let sharedRoom = 32 << 20

  /// The tensors of a state dictionary, sorted by name, without the prefix of `DataParallel`.
  ///
  /// Throws what is wrong with the archive, the place in its pickle that is damaged or asks for more
  /// than plain tensors, or the tensor whose type, shape or storage is wrong.
  public static func decode(_ bytes: [UInt8]) throws(NeuralError) -> [Tensor] {
    guard !isLegacy(bytes) else {
      throw NeuralError(
        "the file has the form that PyTorch wrote before 1.6; load it there and save it anew")
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

  /// Whether a file begins as the archives that `torch.save` writes.
  static func isArchive(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 3, 4]) }

  /// Whether a file begins as those of PyTorch before 1.6: with a pickle of a number they all share.
  static func isLegacy(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50])
  }

  /// The views of all tensors but those of whole numbers, sorted by name.
  private static func views(
    _ bytes: [UInt8]
  ) throws(NeuralError) -> [(name: String, view: TensorView)] {
    let archive = try StoredArchive(bytes)
    guard let place = archive.place("data.pkl") else {
      throw NeuralError("the archive holds no \(archive.root)/data.pkl, as torch.save writes one")
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

  /// The tensors by name of the state dictionary, which may lie in other dictionaries.
  private static func stateDictionary(_ pickle: Pickle) throws(NeuralError) -> [String: Int] {
    guard case .dictionary(var place) = pickle.root else {
      throw NeuralError("the file holds no dictionary; save model.state_dict()")
    }
    // A dictionary may hold itself: three levels are more than anyone nests.
    for _ in 0..<3 {
      let members = pickle.members(place)
      let nested = wrappers.filter { if case .dictionary = members[$0] { true } else { false } }
      guard nested.count < 2 else {
        throw NeuralError(
          "which dictionary is meant is not clear: the file holds "
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

  /// What a tensor's arguments describe, checked against its storage.
  private static func view(
    _ name: String, _ arguments: [Pickle.Value], _ pickle: Pickle, _ archive: StoredArchive
  ) throws(NeuralError) -> TensorView {
    guard case .storage(let place) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = pickle.integers(arguments[2]), let strides = pickle.integers(arguments[3]),
      shape.count <= mostAxes, pickle.objects[place].count == 5,
      case .global(.storageType(let type)) = pickle.objects[place][1],
      case .text(let key) = pickle.objects[place][2], key.utf8.count <= longestKey,
      case .integer(let size) = pickle.objects[place][4]
    else { throw NeuralError("data.pkl does not describe tensor \(name) rightly") }
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

  /// Whether the notes on a tensor ask for nothing, such as to negate its numbers.
  private static func isPlain(_ notes: Pickle.Value, _ pickle: Pickle) -> Bool {
    switch notes {
    case .none: true
    case .dictionary(let place): pickle.objects[place].isEmpty
    default: false
    }
  }

  /// Refuses a small file whose tensors show the same numbers over and over.
  private static func bound(_ views: [TensorView]) throws(NeuralError) {
    var room = sharedRoom / MemoryLayout<Float>.stride
    var storages: [Range<Int>: NumberFormat] = [:]
    for view in views {
      let other = storages.updateValue(view.format, forKey: view.storage)
      guard other == nil || other == view.format else {
        throw NeuralError("a storage is said to hold numbers of two types")
      }
    }
    for (storage, format) in storages { room += storage.count / format.width }
    for view in Set(views) {
      room -= min(view.count, room + 1)
      guard room >= 0 else {
        throw NeuralError("its tensors show the numbers of its storages over and over, too often")
      }
    }
  }
}
