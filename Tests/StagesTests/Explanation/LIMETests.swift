import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct LIMETests {
  private let reference: ExplanationReference
  private let image: Image

  init() throws {
    reference = try ExplanationReference.load()
    image = Image(width: reference.width, height: reference.height, pixels: reference.image)
  }

  private func explanation(
    _ surrogate: ExplanationReference.Surrogate, _ lime: LIME
  ) throws -> LIME.Explanation {
    try lime.explain(
      image, class: 1, segments: reference.segments,
      variants: surrogate.data.map { $0.map { $0 == 1 } },
      classify: ExplanationReference.classify)
  }

  @Test func weightsAgreeWithLIME() throws {
    for (surrogate, lime) in [
      (reference.mean, LIME()), (reference.grey, LIME(hiding: .grey)),
      (reference.black, LIME(hiding: .black)),
      (reference.options, LIME(kernelWidth: 0.6, penalty: 0.05, hiding: .black)),
    ] {
      let found = try explanation(surrogate, lime)
      // The classifier's Float probabilities limit the accuracy.
      #expect(isNear(found.weights, surrogate.weights, 1e-6), "\(lime)")
      #expect(isNear(found.intercept, surrogate.intercept, 1e-6), "\(lime)")
      #expect(isNear(try #require(found.fit), surrogate.fit, 1e-5), "\(lime)")
    }
  }

  @Test func defaultsAreThoseOfThePackage() {
    let parameters = Explain.Parameters()
    #expect(parameters.samples == 1000 && LIME().samples == 1000)
    #expect(parameters.kernelWidth == 0.25 && LIME().kernelWidth == 0.25)
    #expect(parameters.penalty == 1 && LIME().penalty == 1)
  }

  /// A classifier that answers at random cannot be predicted, however many super-pixels there are.
  @Test func fitIsThatOfVariantsNotFittedTo() throws {
    let image = Image(width: 30, height: 1, filledWith: 200)
    var (draws, answers) = (Self.draws("variants"), Self.draws("answers"))
    let lime = LIME(samples: 40, penalty: 0.001)
    let found = try lime.explain(
      image, class: 0, segments: (0..<30).map { Int32($0) },
      variants: lime.variants(segments: 30, draws: &draws)
    ) { images in images.map { _ in [Float(answers.uniform())] } }
    #expect(
      try #require(found.fit) < 0, "30 coefficients fit 40 random answers well, and predict none")
  }

  /// The whole method with the package's defaults, including super-pixels, on the same samples.
  @Test func agreesWithLIMEUsingQuickShift() throws {
    let reference = try QuickshiftReference.load()
    let image = Image(
      width: reference.width, height: reference.height, pixels: Array(reference.image))
    let segments = Quickshift.segment(image)
    #expect(segments == reference.segments.map(Int32.init))
    let found = try LIME().explain(
      image, class: 1, segments: segments, variants: reference.data.map { $0.map { $0 == 1 } },
      classify: ExplanationReference.classify)
    #expect(reference.weights.count > 4)
    #expect(isNear(found.weights, reference.weights, 1e-6))
    #expect(isNear(found.intercept, reference.intercept, 1e-6))
    #expect(isNear(try #require(found.fit), reference.fit, 1e-5))
  }

  @Test func kernelAgreesWithLIME() {
    for (surrogate, lime) in [
      (reference.mean, LIME()), (reference.options, LIME(kernelWidth: 0.6)),
    ] {
      let kernel = surrogate.data.map { lime.weight(of: $0.map { $0 == 1 }) }
      #expect(isNear(kernel, surrogate.kernel, 1e-12))
    }
    #expect(isNear(LIME().weight(of: [false, false]), 0.000_335_462_627_9, 1e-12))
  }

  @Test func hiddenViewAgreesWithLIME() throws {
    let view = try explanation(reference.mean, LIME()).hiddenView(of: image, features: 2)
    #expect(view.pixels == reference.mean.hidden)
  }

  @Test func variantsDependOnlyOnTheDraws() {
    var (first, again, other) = (Self.draws("a"), Self.draws("a"), Self.draws("b"))
    let lime = LIME(samples: 200)
    let variants = lime.variants(segments: 40, draws: &first)
    #expect(variants == lime.variants(segments: 40, draws: &again))
    #expect(variants != lime.variants(segments: 40, draws: &other))
    #expect(variants.count == 200)
    #expect(variants[0].allSatisfy { $0 })
    let shown = variants.dropFirst().reduce(0) { $0 + $1.count { $0 } }
    #expect((3700...4260).contains(shown), "a fair coin shows \(shown) of 7960")
  }

  /// The mean colour of an even image is the image itself.
  @Test func fitIsAbsentIfHidingChangesNothing() throws {
    let image = Image(width: 4, height: 1, filledWith: 90)
    var draws = Self.draws("even")
    let lime = LIME(samples: 20)
    let found = try lime.explain(
      image, class: 0, segments: [0, 1, 2, 3], variants: lime.variants(segments: 4, draws: &draws)
    ) { images in images.map { [Float($0.pixels[0]) / 255] } }
    #expect(found.fit == nil)
    #expect(found.weights.allSatisfy { abs($0) < 1e-12 })
  }

  private static func draws(_ sample: String) -> RandomStream {
    RandomStream(seed: 1, kind: "explain", sample: sample, purpose: "lime")
  }

  @Test func viewsShowTheStrongestSegments() {
    let image = Image(width: 3, height: 1, filledWith: 100)
    let found = LIME.Explanation(
      segments: [0, 1, 2], weights: [0.5, -0.75, 0], intercept: 0, fit: 1)
    #expect(found.strongest(5, positiveOnly: false) == [1, 0])
    #expect(found.strongest(5, positiveOnly: true) == [0])
    #expect(found.hiddenView(of: image, features: 5).pixels == [100, 100, 100, 0, 0, 0, 0, 0, 0])
    #expect(
      found.bothView(of: image, features: 2).pixels == [50, 177, 50, 177, 50, 50, 100, 100, 100])
    #expect(found.bothView(of: image, features: 1).pixels[0] == 100, "only the strongest one")
    #expect(found.saliency(width: 3, height: 1).values == [1, 0, 0])
  }
}
