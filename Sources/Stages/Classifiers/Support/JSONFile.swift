internal import Foundation

/// Small JSON files beside the files of a library.
enum JSONFile {
  /// Encodes with sorted keys: the same value gives the same bytes, and numbers are exact.
  static func encode(_ value: some Encodable) throws(ClassifierError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      return try [UInt8](encoder.encode(value)) + [UInt8(ascii: "\n")]
    } catch {
      throw ClassifierError("the classifier contains a number that is not finite")
    }
  }

  /// Decodes a file; throws an error that names the file and the member that is wrong.
  static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8], file: String
  ) throws(ClassifierError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw ClassifierError("\(file) is damaged: \(place(error))", hint: FileDamage.hint)
    } catch {
      throw ClassifierError("\(file) is damaged: it is not JSON", hint: FileDamage.hint)
    }
  }

  private static func place(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): "\(key.stringValue) is missing\(path(context))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "the value is of another type\(path(context))"
    case .dataCorrupted(let context):
      "it is not JSON, or a number is too large\(path(context))"
    @unknown default: "it cannot be read"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    let steps = context.codingPath.map { key in
      if let index = key.intValue { return String(index) }
      return key.stringValue
    }
    return steps.isEmpty ? "" : ", at \(steps.joined(separator: "."))"
  }
}

/// The error for files whose content is wrong.
enum FileDamage {
  static let hint = "fit the classifier again, or restore the file"

  /// Throws an error that names the file and what is wrong with it if `holds` is false.
  static func unless(
    _ holds: Bool, _ file: String, _ what: @autoclosure () -> String
  ) throws(ClassifierError) {
    guard holds else { throw error(file, what()) }
  }

  static func error(_ file: String, _ what: String) -> ClassifierError {
    ClassifierError("\(file) is damaged: \(what)", hint: hint)
  }
}
