/// The contents of a pickle of plain tensors, decoded without running anything in it.
struct Pickle {
  /// A value; containers are indices into `objects`, and are shared as Python shares references.
  enum Value {
    case none
    case boolean(Bool)
    case integer(Int)
    /// A float, or an integer of more than 64 bits; its value is not needed.
    case number
    case text(String)
    case tuple(Int)
    case list(Int)
    /// Keys and values alternate.
    case dictionary(Int)
    /// A known function or class; it is emulated, never called.
    case global(Global)
    /// What `torch.save` writes for a storage: ("storage", type, key, device, count).
    case storage(Int)
    /// The arguments of `_rebuild_tensor_v2`: storage, offset, shape, strides and more.
    case tensor(Int)
  }

  /// The functions and classes that a pickle may name.
  enum Global {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    /// `torch.FloatStorage` or a similar type, without the module.
    case storageType(String)

    init?(module: String, name: String) {
      switch (module, name) {
      case ("collections", "OrderedDict"): self = .orderedDictionary
      case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
      case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
      case ("torch", _) where name.hasSuffix("Storage"): self = .storageType(name)
      default: return nil
      }
    }

    var name: String {
      switch self {
      case .orderedDictionary: "collections.OrderedDict"
      case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
      case .rebuildParameter: "torch._utils._rebuild_parameter"
      case .storageType(let name): "torch.\(name)"
      }
    }
  }

  /// The pickled value.
  let root: Value
  /// The items of every container, by its index.
  let objects: [[Value]]

  /// The members of a dictionary with string keys, the last one per key; others are ignored.
  func members(_ dictionary: Int) -> [String: Value] {
    let items = objects[dictionary]
    var members: [String: Value] = [:]
    for index in stride(from: 0, to: items.count, by: 2) {
      if case .text(let name) = items[index] { members[name] = items[index + 1] }
    }
    return members
  }

  /// The items of a tuple of integers, such as a shape; `nil` for any other value.
  func integers(_ value: Value) -> [Int]? {
    guard case .tuple(let place) = value else { return nil }
    var numbers: [Int] = []
    for case .integer(let number) in objects[place] { numbers.append(number) }
    return numbers.count == objects[place].count ? numbers : nil
  }
}
