/// What a pickle of plain tensors builds, without anything in it ever being run.
struct Pickle {
  /// A value; containers share by place, as Python's share by reference.
  enum Value {
    case none
    case boolean(Bool)
    case integer(Int)
    /// A float, or an integer of more than 64 bits: nobody asks how large.
    case number
    case text(String)
    case tuple(Int)
    case list(Int)
    /// Keys and values by turns.
    case dictionary(Int)
    /// A function or class that is known; it is never called but stood in for.
    case global(Global)
    /// What `torch.save` says of a storage: ("storage", type, key, device, numbers).
    case storage(Int)
    /// The arguments of `_rebuild_tensor_v2`: storage, offset, extents, strides and more.
    case tensor(Int)
  }

  /// All that a pickle may name.
  enum Global {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    /// One of `torch.FloatStorage` and its like, without the module.
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

  /// What the pickle is a pickle of.
  let root: Value
  /// What every container holds, by its place.
  let objects: [[Value]]

  /// The members of a dictionary under names, the last of one name; others are passed over.
  func members(_ dictionary: Int) -> [String: Value] {
    let items = objects[dictionary]
    var members: [String: Value] = [:]
    for index in stride(from: 0, to: items.count, by: 2) {
      if case .text(let name) = items[index] { members[name] = items[index + 1] }
    }
    return members
  }

  /// The items of a tuple of whole numbers, such as a shape; `nil` where it is anything else.
  func integers(_ value: Value) -> [Int]? {
    guard case .tuple(let place) = value else { return nil }
    var numbers: [Int] = []
    for case .integer(let number) in objects[place] { numbers.append(number) }
    return numbers.count == objects[place].count ? numbers : nil
  }
}
