import PipelineDSL
import Testing

@Suite struct MetricDirectionTests {
  @Test(arguments: [
    ("validation/loss", MetricDirection.lower), ("best/validation/nll", .lower), ("loss", .lower),
    ("validation/macro-f1", .higher), ("loss/accuracy", .higher), ("", .higher),
    ("grad-cam/deletion", .lower), ("grad-cam/deletion/gain", .higher), ("lime/insertion", .higher),
  ])
  func followsFromTheLastPart(name: String, direction: MetricDirection) {
    #expect(MetricDirection(of: name) == direction)
  }
}
