import Imaging
import Testing

@testable import Synthesis

/// The classes differ only in the cell.
@Suite struct SeparabilityTests {
  private struct Measured {
    var label: String
    var background: [Double]
    var colour: [Double]
    var morphology: [Double]
  }

  private func measured(_ source: SyntheticDataset.Source, count: Int) -> [Measured] {
    let plan = SyntheticDataset.Plan(seed: 23, counts: [source: count], sizeFactor: 0.5)
    return plan.images.map { image in
      let cell = image.specimen(seed: plan.seed)
      return Measured(
        label: image.label, background: background(cell), colour: colour(cell),
        morphology: morphology(cell))
    }
  }

  /// The mean of each channel and the standard deviation of green along the border, which no cell
  /// of interest reaches, and the image's size.
  private func background(_ cell: Specimen) -> [Double] {
    let (width, height) = (cell.image.width, cell.image.height)
    let margin = min(width, height) / 10
    func isEdge(_ index: Int) -> Bool {
      let (x, y) = (index % width, index / width)
      return (min(x, width - 1 - x) < margin || min(y, height - 1 - y) < margin)
        && cell.cell.pixels[index] == 0
    }
    guard let mean = cell.meanColour(where: isEdge) else { return [] }
    var spread = 0.0
    var count = 0.0
    for index in 0..<width * height where isEdge(index) {
      let difference = Double(cell.image.pixels[3 * index + 1]) - mean.y
      spread += difference * difference
      count += 1
    }
    return [mean.x, mean.y, mean.z, (spread / count).squareRoot(), Double(width), Double(height)]
  }

  /// The mean colour of all pixels that are not black.
  private func colour(_ cell: Specimen) -> [Double] {
    let mean = cell.meanColour { index in
      cell.image.pixels[3 * index..<3 * index + 3].contains { $0 > 8 }
    }
    return mean.map { [$0.x, $0.y, $0.z] } ?? []
  }

  /// The square roots of cell and nucleus area, N:C, lobedness (perimeter squared over area), and
  /// granularity (mean step between neighbours) of nucleus and cytoplasm.
  private func morphology(_ cell: Specimen) -> [Double] {
    let width = cell.image.width
    let nucleus = cell.nucleus.pixels
    let body = cell.cell.pixels
    var (nucleusArea, cellArea, edge) = (0.0, 0.0, 0.0)
    var steps = [0.0, 0.0]
    var pairs = [1.0, 1.0]
    for index in body.indices where body[index] == 255 {
      cellArea += 1
      if nucleus[index] == 255 { nucleusArea += 1 }
      for other in [index + 1, index + width] where other < body.count {
        if nucleus[other] != nucleus[index] { edge += 1 }
        guard body[other] == 255, nucleus[other] == nucleus[index] else { continue }
        let part = nucleus[index] == 255 ? 0 : 1
        let difference =
          Double(cell.image.pixels[3 * index + 1]) - Double(cell.image.pixels[3 * other + 1])
        steps[part] += difference.magnitude
        pairs[part] += 1
      }
    }
    return [
      cellArea.squareRoot(), nucleusArea.squareRoot(), nucleusArea / cellArea,
      edge * edge / max(1, nucleusArea), steps[0] / pairs[0], steps[1] / pairs[1],
    ]
  }

  @Test(arguments: [
    (SyntheticDataset.Source.fiveClass, 300, 5.0, 0.72), (.pbc, 240, 8.0, 0.72),
    (.imageFolder, 160, 4.0, 0.72), (.cNMC, 160, 2.0, 0.85),
  ])
  func onlyMorphologySeparatesTheClasses(
    source: SyntheticDataset.Source, count: Int, classes: Double, least: Double
  ) throws {
    let cells = measured(source, count: count)
    let labels = cells.map(\.label)
    let chance = 1 / classes
    let byMorphology = neighbourAccuracy(cells.map(\.morphology), labels)
    #expect(byMorphology > least, "morphology \(byMorphology)")
    if source != .cNMC {
      let byBackground = neighbourAccuracy(cells.map(\.background), labels)
      #expect(byBackground < chance + 0.1, "background \(byBackground)")
    }
    let byColour = neighbourAccuracy(cells.map(\.colour), labels)
    #expect(byColour < chance + 0.18, "mean colour \(byColour)")
  }
}
