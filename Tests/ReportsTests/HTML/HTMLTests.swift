import Testing

@testable import Reports

struct HTMLTests {
  @Test func escapesEveryPlainString() {
    let name = "<script>alert('x')</script>\" & \u{0}"
    let html: HTML = "<td title=\"\(name)\">\(name)</td>"
    let safe = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; &amp; \u{FFFD}"
    #expect(html.text == "<td title=\"\(safe)\">\(safe)</td>")
  }

  @Test func insertsHTMLAndNumbersUnescaped() {
    let inner: HTML = "<b>x</b>"
    let html: HTML = "\(inner)\(3)\(1.26)\(2.0)\(-0.04)\(Double.nan)"
    #expect(html.text == "<b>x</b>31.3200")
  }
}
