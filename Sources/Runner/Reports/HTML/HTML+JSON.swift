internal import PipelineDSL

extension HTML {
  /// JSON for the script of the page, in an element with a data attribute of this name.
  ///
  /// Browsers do not run such an element. `<` is written as an escape, so that no text can end it.
  static func json(_ value: JSONValue, as name: String) -> HTML {
    var bytes: [UInt8] = []
    for byte in JSONCanonicalForm.bytes(of: value) {
      if byte == UInt8(ascii: "<") { bytes += "\\u003c".utf8 } else { bytes.append(byte) }
    }
    return "<script type=\"application/json\" data-\(name)>\(HTML.asset(bytes))</script>"
  }
}
