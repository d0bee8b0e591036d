internal import Imaging
internal import PipelineDSL

/// A source whose images were made from those of another, so that one cell is in both.
struct DerivedSource: Sendable, Hashable {
  /// What a derived image shows of its original.
  enum Geometry: Sendable, Hashable {
    /// All of it, possibly flipped, turned or filtered.
    case whole
    /// The square in its centre with this edge in pixels, at any size.
    case centre(edge: Int)
    /// A part of it at the same scale; the position is unknown.
    case cutOut
  }

  /// The source name of the derived samples.
  let name: String
  /// The source name of the originals.
  let origin: String
  let geometry: Geometry
  /// How the derived images were made, to follow "derived from `origin`".
  let making: String

  /// All derived sources that are known.
  ///
  /// Kaggle's copies of photographs are not listed: both forms are one source there.
  static let all: [DerivedSource] = [
    // Yang et al. 2023: source images of 360 x 363 are cropped to 200 x 200 and resized.
    .init(
      name: "bloodmnist", origin: "pbc", geometry: .centre(edge: 200),
      making: "centre crops of 200 x 200 pixels, resized"),
    // Labati, Piuri and Scotti 2011: cropped areas of ALL_IDB1; the names do not tell which.
    .init(
      name: "all-idb2", origin: "all-idb1", geometry: .cutOut,
      making: "single cells cut out of its fields"),
    // Naren 2022: about six copies of each image.
    .init(
      name: "multi-cancer", origin: "taleqani", geometry: .whole, making: "augmented copies"),
  ]

  /// The derived sources of which both sides are among sources.
  static func present(in sources: Set<String>) -> [DerivedSource] {
    all.filter { sources.contains($0.name) && sources.contains($0.origin) }
  }

  /// The part of an original that a derived image shows; `nil` if that is all of it or unknown.
  func view(of original: Image) -> Image? {
    guard case .centre(let edge) = geometry, original.width >= edge, original.height >= edge else {
      return nil
    }
    return original.cropped(
      to: Rectangle(
        x: (original.width - edge) / 2, y: (original.height - edge) / 2, width: edge, height: edge))
  }

  /// A warning that both sources are there.
  func warning(_ remedy: String) -> String {
    "'\(name)' is derived from '\(origin)' (\(making)): the same cell may be in several parts; \(remedy)"
  }
}
