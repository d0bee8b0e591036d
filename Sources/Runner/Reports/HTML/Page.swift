internal import Foundation
internal import PipelineDSL

/// A self-contained HTML page: one style sheet, one script, images embedded, no requests.
struct Page {
  /// The title of the window.
  let title: String
  /// What the page shows.
  let body: HTML
  /// Seconds after which a page that is still being written loads itself again.
  var reload: Int?

  /// The page as text.
  var html: String {
    let script = Self.script
    let again: HTML =
      // The script loads the page again and keeps the reader's place.
      reload.map { "<noscript><meta http-equiv=\"refresh\" content=\"\($0)\"></noscript>" }
      ?? .empty
    let page: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="referrer" content="no-referrer">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      img-src data:; script-src 'sha256-\(Self.sourceHash(of: script))'">\(again)
      <title>\(title)</title>
      <style>
      \(HTML.asset(PackageResources.report_css))</style>
      </head>
      <body>
      \(body)
      <script>\(HTML.asset(script))</script>
      </body>
      </html>

      """
    return page.text
  }

  private static var script: [UInt8] { PackageResources.report_js }

  /// The digest by which the policy of the page allows this script and no other.
  private static func sourceHash(of script: [UInt8]) -> HTML {
    let hex = Array(Digest.of(script).hex)
    return .base64(
      stride(from: 0, to: hex.count, by: 2).compactMap {
        UInt8(String(hex[$0..<$0 + 2]), radix: 16)
      })
  }
}
