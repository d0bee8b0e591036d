internal import Foundation
internal import Imaging
internal import PipelineDSL

/// Draws the views of samples, with one random stream per sample, view and purpose, so that no
/// choice affects another.
struct ViewDraws: Sendable {
  let parameters: Augment.Parameters
  let seed: UInt64

  init(_ rule: ViewRule) { (parameters, seed) = (rule.parameters, rule.seed) }

  private func stream(_ id: String, _ purpose: String) -> RandomStream {
    RandomStream(seed: seed, kind: Augment.name, sample: id, purpose: purpose)
  }

  /// Draws a view of a sample, without its partner.
  func view(_ id: String, _ number: Int) -> View {
    var view = plain(id, number)
    switch parameters.policy {
    case .none, .plain, .mixup, .cutmix: break
    case .randAugment:
      var stream = stream(id, "operations \(number)")
      view.operations = (0..<parameters.operations).compactMap { _ in randAugment(&stream) }
    case .augmix:
      for copy in 0..<parameters.mixes {
        var stream = stream(id, "augmix \(number) \(copy)")
        view.mixes.append(mix(&stream))
      }
    }
    return view
  }

  /// Sets the partner of a view, if there is one, and draws how much of it is mixed in.
  func join(_ view: inout View, _ id: String, _ number: Int, partner: String?) {
    guard let partner else { return }
    view.partner = partner
    var stream = stream(id, "mix \(number)")
    let alpha = parameters.policy == .cutmix ? parameters.boxAlpha : parameters.alpha
    view.lambda = rounded(stream.symmetricBeta(alpha))
    guard parameters.policy == .cutmix else { return }
    let middle = (stream.uniform(), stream.uniform())
    // Half the edge of a box of area 1 - lambda around a uniform random centre, clipped at the
    // borders.
    let half = (1 - view.lambda).squareRoot() / 2
    func edge(_ place: Double) -> Double { rounded(min(max(place, 0), 1)) }
    view.box = View.Box(
      left: edge(middle.0 - half), top: edge(middle.1 - half), right: edge(middle.0 + half),
      bottom: edge(middle.1 + half))
  }

  /// Draws the plain transforms of a view.
  ///
  /// Every number is drawn whether it is used or not, so that disabling a transform leaves the
  /// others unchanged.
  private func plain(_ id: String, _ number: Int) -> View {
    var stream = stream(id, "view \(number)")
    func around(_ middle: Double, _ reach: Double) -> Double {
      rounded(stream.uniform(middle - reach, middle + reach))
    }
    var view = View()
    view.angle = around(0, parameters.rotation)
    view.zoom = around(1, parameters.zoom)
    view.brightness = around(1, parameters.brightness)
    view.contrast = around(1, parameters.contrast)
    let (horizontal, vertical) = (stream.uniform() < 0.5, stream.uniform() < 0.5)
    view.flipsHorizontally = parameters.flips && horizontal
    view.flipsVertically = parameters.flips && vertical
    view.shear = (around(0, parameters.shear), around(0, parameters.shear))
    view.pan = (around(0, parameters.pan), around(0, parameters.pan))
    view.emboss = rounded(stream.uniform(0, parameters.emboss))
    return view
  }

  /// Draws one operation of torchvision's RandAugment, magnitude up to 30; `nil` for the identity.
  ///
  /// Cubuk et al. 2020, table 6 of the appendix. Signed amounts have either sign with equal
  /// probability.
  private func randAugment(_ stream: inout RandomStream) -> ImageOperation? {
    let level = Double(parameters.magnitude) / 30
    let kind = pick(&stream, [nil] + ImageOperation.Kind.allCases.map(Optional.some))
    let sign = stream.uniform() < 0.5 ? -1.0 : 1.0
    guard let kind else { return nil }
    let amount: Double =
      switch kind {
      case .autocontrast, .equalize: 0
      case .posterize: 8 - (level * 4).rounded(.toNearestOrEven)
      case .solarize: (255 * (1 - level)).rounded()
      case .rotate: sign * 30 * level
      case .shearX, .shearY: sign * 0.3 * level
      // 150 of the 331 pixels of the images that the search used.
      case .translateX, .translateY: sign * 150 / 331 * level
      case .colour, .contrast, .brightness, .sharpness: 1 + sign * 0.9 * level
      }
    return ImageOperation(kind, rounded(amount))
  }

  /// The operations of AugMix: those that do not overlap with the corruptions it is evaluated on.
  private static let mixed: [ImageOperation.Kind] = [
    .autocontrast, .equalize, .posterize, .rotate, .solarize, .shearX, .shearY, .translateX,
    .translateY,
  ]

  /// Draws one mixed image: chains of one to three operations, their weights from
  /// Dirichlet(1, ..., 1), and the share from Beta(1, 1).
  private func mix(_ stream: inout RandomStream) -> View.Mix {
    // Exponential variates divided by their sum follow Dirichlet(1, ..., 1).
    let weights = (0..<parameters.width).map { _ in -log(1 - stream.uniform()) }
    let total = weights.reduce(0, +)
    let share = rounded(stream.uniform())
    let chains = weights.map { weight in
      let depth = parameters.depth > 0 ? parameters.depth : 1 + Int(stream.uniform() * 3)
      let operations = (0..<depth).map { _ in augmix(&stream) }
      return View.Mix.Chain(weight: rounded(weight / total), operations: operations)
    }
    return View.Mix(chains: chains, share: share)
  }

  /// Draws one operation at a level from 0.1 to the severity, out of 10, as in the authors' code.
  private func augmix(_ stream: inout RandomStream) -> ImageOperation {
    let kind = pick(&stream, Self.mixed)
    let level = stream.uniform(0.1, Double(parameters.severity)) / 10
    let sign = stream.uniform() < 0.5 ? -1.0 : 1.0
    let amount: Double =
      switch kind {
      case .posterize: 4 - (4 * level).rounded(.down)
      case .solarize: 256 - (256 * level).rounded(.down)
      case .rotate: sign * (30 * level).rounded(.down)
      case .shearX, .shearY: sign * 0.3 * level
      case .translateX, .translateY: sign * level / 3
      default: 0
      }
    return ImageOperation(kind, rounded(amount))
  }

  private func pick<Choice>(_ stream: inout RandomStream, _ choices: [Choice]) -> Choice {
    choices[min(choices.count - 1, Int(stream.uniform() * Double(choices.count)))]
  }

  /// Rounds to millionths, which is finer than any pixel and keeps the table small.
  private func rounded(_ number: Double) -> Double { (number * 1e6).rounded() / 1e6 }
}
