import Imaging
import Testing

@Suite struct SLICTests {
  private func scene() throws -> Image { try Reference.operations.image("slic/image") }

  /// The essential properties of the partition must agree.
  ///
  /// The rest differs where the image does not determine it: scikit-image searches twice as far
  /// from a centre, and starts centres without a colour.
  @Test func isAsGoodAsScikitImage() throws {
    let image = try scene()
    let labels = SLIC.segment(image, segments: 48)
    let others = try Reference.operations.bytes("slic/labels").map { Int32($0) }
    #expect(adjustedRandIndex(labels, others) > 0.65)
    #expect((40...56).contains(Set(labels).count))
    let cells = try Reference.operations.bytes("slic/cells").map { Int32($0) }
    let recall = boundaryRecall(of: cells, by: labels, width: image.width)
    #expect(recall >= boundaryRecall(of: cells, by: others, width: image.width))
    #expect(recall > 0.98)
    #expect(spread(of: image, in: labels) < 1.05 * spread(of: image, in: others))
  }

  @Test(arguments: [1, 7, 48, 500, 100_000])
  func eachLabelIsOneRegion(_ segments: Int) throws {
    let image = try scene()
    let labels = SLIC.segment(image, segments: segments)
    let count = Set(labels).count
    #expect(Set(labels) == Set(0..<Int32(count)))
    #expect(regions(labels, width: image.width) == count)
    #expect(labels == SLIC.segment(image, segments: segments))
  }

  @Test func flatImageGivesAGrid() {
    let flat = Image(width: 40, height: 40, channels: 1, filledWith: 128)
    let labels = SLIC.segment(flat, segments: 16)
    #expect(Set(labels).count == 16)
  }

  @Test func theSmallestImagesAreSegmented() {
    #expect(SLIC.segment(Image(width: 1, height: 1), segments: 9) == [0])
    #expect(Set(SLIC.segment(Image(width: 50, height: 1), segments: 5)).count <= 50)
  }

  /// The agreement of two partitions beyond chance, 1 if they are equal (Hubert and Arabie 1985).
  private func adjustedRandIndex(_ one: [Int32], _ other: [Int32]) -> Double {
    func pairs(_ counts: some Sequence<Int>) -> Double {
      counts.reduce(0) { $0 + Double($1 * ($1 - 1) / 2) }
    }
    let ones = pairs(Dictionary(grouping: one) { $0 }.values.map(\.count))
    let others = pairs(Dictionary(grouping: other) { $0 }.values.map(\.count))
    let both = pairs(
      Dictionary(grouping: zip(one, other).map { Int($0) << 32 | Int($1) }) { $0 }.values
        .map(\.count))
    let expected = ones * others / pairs([one.count])
    return (both - expected) / ((ones + others) / 2 - expected)
  }

  /// The mean squared distance of samples from the mean of their region.
  private func spread(of image: Image, in labels: [Int32]) -> Double {
    var sum = 0.0
    for pixels in Dictionary(grouping: labels.indices, by: { labels[$0] }).values {
      for channel in 0..<3 {
        let samples = pixels.map { Double(image.pixels[3 * $0 + channel]) }
        let mean = samples.reduce(0, +) / Double(samples.count)
        sum += samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      }
    }
    return sum / Double(image.pixels.count)
  }

  /// The share of `truth`'s boundary pixels with a boundary pixel of `labels` at most 1 away.
  private func boundaryRecall(of truth: [Int32], by labels: [Int32], width: Int) -> Double {
    let height = truth.count / width
    func edges(_ labels: [Int32]) -> [Bool] {
      labels.indices.map { at in
        (at % width < width - 1 && labels[at] != labels[at + 1])
          || (at + width < labels.count && labels[at] != labels[at + width])
      }
    }
    let (wanted, found) = (edges(truth), edges(labels))
    var (hits, all) = (0, 0)
    for at in wanted.indices where wanted[at] {
      all += 1
      let (x, y) = (at % width, at / width)
      let near = (max(y - 1, 0)...min(y + 1, height - 1)).contains { row in
        (max(x - 1, 0)...min(x + 1, width - 1)).contains { found[row * width + $0] }
      }
      if near { hits += 1 }
    }
    return Double(hits) / Double(all)
  }

  /// The number of regions of equal labels connected by sides.
  private func regions(_ labels: [Int32], width: Int) -> Int {
    var seen = [Bool](repeating: false, count: labels.count)
    var count = 0
    for start in labels.indices where !seen[start] {
      count += 1
      var open = [start]
      seen[start] = true
      while let at = open.popLast() {
        var near: [Int] = []
        if at % width > 0 { near.append(at - 1) }
        if at % width < width - 1 { near.append(at + 1) }
        if at >= width { near.append(at - width) }
        if at + width < labels.count { near.append(at + width) }
        for next in near where !seen[next] && labels[next] == labels[start] {
          seen[next] = true
          open.append(next)
        }
      }
    }
    return count
  }
}
