internal import PipelineDSL

/// Collects the files beside a report: what does not fit into it.
final class ReportFiles {
  /// The bytes that all files may take together: 48 MiB.
  static let limit = 48 << 20

  /// Where the report will be; `nil` if only the report is written.
  private let place: ReportPlace?
  /// The files, by their names in the folder.
  private(set) var files: [(path: String, bytes: [UInt8])] = []
  private var names: Set<String> = []
  private var remaining: Int

  /// An empty collection for a report at a place.
  init(_ place: ReportPlace?, limit: Int = ReportFiles.limit) {
    (self.place, remaining) = (place, place == nil ? 0 : limit)
  }

  /// Adds a file and returns the link to it from the report; `nil` if it has no room.
  ///
  /// Its name is made of `name`, reduced to plain characters.
  func add(_ name: String, _ ending: String, _ bytes: [UInt8]) -> String? {
    guard let place, bytes.count <= remaining else { return nil }
    let path = unused(name, ending)
    remaining -= bytes.count
    files.append((path, bytes))
    return ReportPlace.link(place.folder, path)
  }

  /// Writes pages of everything that `part` makes, and returns the link to the first; `nil` if they
  /// have no room.
  ///
  /// `part` makes what follows a position, in about as many bytes as given, and the next position.
  func addPages(
    _ name: String, title: String, count: Int,
    part: (_ start: Int, _ budget: Int) -> (body: HTML, next: Int)
  ) -> String? {
    guard let place else { return nil }
    var (bodies, start, size): ([HTML], Int, Int) = ([], 0, 0)
    while start < count {
      let (body, next) = part(start, Self.pageSize)
      size += body.text.utf8.count
      guard next > start, size <= remaining else { break }
      bodies.append(body)
      start = next
    }
    guard !bodies.isEmpty else { return nil }
    let paths = bodies.indices.map { unused($0 == 0 ? name : "\(name)-\($0 + 1)", "html") }
    for (index, body) in bodies.enumerated() {
      var links: [HTML] = ["<a href=\"../\(ReportPlace.link(place.report))\">Report</a>"]
      if index > 0 { links.append("<a href=\"\(paths[index - 1])\">Previous page</a>") }
      if index + 1 < paths.count { links.append("<a href=\"\(paths[index + 1])\">Next page</a>") }
      let isCut = index + 1 == bodies.count && start < count
      let rest: HTML =
        isCut
        ? "<p class=\"soft small\">\(count - start) of \(count) are left out; 'assay checkout' extracts all.</p>"
        : .empty
      let page: HTML = """
        <main><nav aria-label="Pages">\(HTML(links))</nav><h1>\(title)</h1>
        <p class="soft">Page \(index + 1) of \(bodies.count)</p>
        \(body)\(rest)</main>
        """
      let bytes = Array(Page(title: title, body: page).html.utf8)
      remaining -= bytes.count
      files.append((paths[index], bytes))
    }
    return ReportPlace.link(place.folder, paths[0])
  }

  /// The note below a part of some pictures: a link to all of them, or how to extract them.
  func link(to pages: String?, count: Int, shown: Int, _ one: String) -> HTML {
    guard let pages else {
      return """
        <p class="soft small">\(shown) of \(Display.count(count, one)) are shown; 'assay checkout' extracts all.</p>
        """
    }
    return """
      <p class="small">\(shown) of \(Display.count(count, one)) are shown: <a href="\(pages)">all \(count)</a></p>
      """
  }

  /// The bytes of a page of pictures.
  private static let pageSize = 3 << 20

  private func unused(_ name: String, _ ending: String) -> String {
    let plain = String(
      name.unicodeScalars.prefix(80).map { scalar -> Character in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains(scalar))
          ? Character(scalar) : "-"
      })
    var (candidate, number) = ("\(plain).\(ending)", 1)
    while !names.insert(candidate.lowercased()).inserted {
      number += 1
      candidate = "\(plain)-\(number).\(ending)"
    }
    return candidate
  }
}
