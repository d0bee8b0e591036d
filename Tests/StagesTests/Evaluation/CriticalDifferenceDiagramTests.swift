import Foundation
import Testing

@testable import Stages

@Suite struct CriticalDifferenceDiagramTests {
  private func metric(_ name: String, blocks: Int, _ values: [String]) -> RankedMetric {
    RankedMetric(
      name, values: values,
      rows: (0..<blocks).map { block in
        values.indices.map { Double($0) + (block % 3 == 0 ? 0 : 0.1 * Double(block % 5)) }
      }, posthoc: .nemenyi, confidence: 0.95)
  }

  @Test("the drawing names every value and every metric, and is well-formed")
  func wellFormed() throws {
    let svg = CriticalDifferenceDiagram(
      axis: "backbone",
      metrics: [
        metric("test/accuracy", blocks: 10, ["cnn", "vgg16", "xception", "a<b&c"]),
        metric("test/loss", blocks: 1, ["cnn", "vgg16"]),
      ]
    ).svg
    #expect(svg.contains("<title>Mean ranks of backbone by test/accuracy, test/loss</title>"))
    #expect(svg.contains("a&lt;b&amp;c (1.00)"))
    #expect(svg.contains("(4.00) cnn"))
    #expect(svg.contains("1 block: not tested"))
    #expect(svg.contains("critical difference 1.48"))
    #expect(svg.contains("currentColor") && svg.contains("prefers-color-scheme: dark"))
    #expect(try XMLDepth.isBalanced(svg))
  }
}

/// Checks that every element of a small document is closed in order.
private enum XMLDepth {
  static func isBalanced(_ text: String) throws -> Bool {
    var open: [Substring] = []
    for match in text.matches(of: /<(\/?)([a-z]+)[^<>]*?(\/?)>/) {
      if match.1 == "/" {
        guard open.popLast() == match.2 else { return false }
      } else if match.3 != "/" {
        open.append(match.2)
      }
    }
    return open.isEmpty
  }
}
