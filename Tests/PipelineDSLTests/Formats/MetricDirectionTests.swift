import PipelineDSL
import Testing

@Suite struct MetricDirectionTests {
  @Test(arguments: [
    ("validation/loss", MetricDirection.lower), ("best/validation/nll", .lower), ("loss", .lower),
    ("validation/macro-f1", .higher), ("loss/accuracy", .higher), ("test/ece", .lower),
    ("test/ece-equal-mass", .lower), ("test/mce", .lower), ("test/brier", .lower),
    ("test/brier-reliability", .lower), ("test/aurc", .lower), ("test/brier-resolution", .higher),
    ("test/macro-f1-low", .higher), ("", .higher), ("grad-cam/deletion", .lower),
    ("grad-cam/deletion/gain", .higher), ("lime/insertion", .higher),
  ])
  func followsFromTheLastPart(name: String, direction: MetricDirection) {
    #expect(MetricDirection(of: name) == direction)
  }
}
