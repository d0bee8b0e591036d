/// The pixels of an image, the most relevant first.
struct RelevanceOrder: Sendable {
  /// The indices of all pixels, by descending relevance.
  let pixels: [Int]

  /// The order of a map; `ties` has a random key per pixel.
  ///
  /// Equal values are ordered by their keys: in the order of rows, a map with large areas of one
  /// value, such as LIME's, would be judged by where in the image they lie.
  ///
  /// - Precondition: There is one key per pixel, and no value is NaN.
  init(_ map: Saliency, ties: [UInt64]) {
    precondition(ties.count == map.values.count, "one key a pixel")
    let values = map.values
    pixels = values.indices.sorted { left, right in
      values[left] != values[right]
        ? values[left] > values[right] : (ties[left], left) < (ties[right], right)
    }
  }

  /// The number of pixels in a share of the image, rounded.
  func count(of share: Double) -> Int { Int((share * Double(pixels.count)).rounded()) }

  /// The most relevant pixels, at least one.
  func top(_ share: Double) -> ArraySlice<Int> { pixels.prefix(max(1, count(of: share))) }
}
