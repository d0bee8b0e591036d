/// Equal values that share storage.
///
/// The cells of a stage differ in few values; without sharing, a million cells would store the
/// others a million times.
extension JSONValue {
  /// The same value, stored together with another where the two are written alike.
  func sharing(_ other: JSONValue) -> JSONValue { share(other) ? other : shared(with: other) }

  /// Whether two values are written alike, so that one can stand for the other.
  private func share(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a.bitPattern == b.bitPattern
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.share($1) }
    case (.object(let a), .object(let b)):
      a.hasNames(of: b)
        && a.names.allSatisfy { name in
          a[name].flatMap { left in b[name].map { left.share($0) } } ?? false
        }
    default: false
    }
  }

  private func shared(with other: JSONValue) -> JSONValue {
    switch (self, other) {
    case (.array(let a), .array(let b)):
      .array(a.indices.map { $0 < b.count ? a[$0].sharing(b[$0]) : a[$0] })
    case (.object(let a), .object(let b)): .object(a.sharing(b))
    default: self
    }
  }
}

extension JSONObject {
  /// The same object, stored together with another where the two are written alike.
  func sharing(_ other: JSONObject) -> JSONObject {
    guard hasNames(of: other) else { return self }
    var shared = other
    for (name, value) in members {
      guard let old = other[name] else { return self }
      shared[name] = value.sharing(old)
    }
    return shared
  }
}
