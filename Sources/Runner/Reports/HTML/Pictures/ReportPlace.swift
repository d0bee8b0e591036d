/// The names of a report and of the folder beside it, which holds what does not fit into the report.
public struct ReportPlace: Sendable, Hashable {
  /// The name of the report's file.
  public let report: String
  /// The name of the folder: `RUN.files` beside `RUN.html`.
  public let folder: String

  /// The place of a report that is written to a path.
  public init(path: String) {
    let name = path.split(separator: "/").last.map(String.init) ?? "report.html"
    report = name
    folder = (name.hasSuffix(".html") ? String(name.dropLast(5)) : name) + ".files"
  }

  /// A relative link to a name; characters that mean something in a link are encoded.
  static func link(_ names: String...) -> String {
    names.map { name in
      name.utf8.map { byte in
        let scalar = Unicode.Scalar(byte)
        let isPlain =
          scalar.isASCII
          && (scalar.properties.isAlphabetic || "0123456789-_.~".unicodeScalars.contains(scalar))
        if isPlain { return String(scalar) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count == 1 ? "0" : "") + digits
      }.joined()
    }.joined(separator: "/")
  }
}
