internal import Foundation
internal import Imaging
internal import PipelineDSL
internal import Statistics

/// Finds images unlike the others of their source and class: dark, bright, blurred, blank, of an odd
/// shape or size, or in another stain.
///
/// A value is odd if it is far from the median in robust standard deviations, and also by an amount
/// that a person would notice (Iglewicz and Hoaglin 1993, "How to detect and handle outliers", for
/// the modified z-score, there with a limit of 3.5).
struct OutlierFindings {
  /// The least modified z-score.
  private static let deviations = 5.0
  /// If more of the images are odd in the same way, they are a kind of their own.
  private static let most = 0.1
  /// With fewer images, a median says little.
  private static let least = 8
  /// A smaller standard deviation of luma shows nothing.
  private static let blank: Float = 2.5

  private let scene: InspectionScene
  /// Those of the originals, or of the crops if only these were measured.
  private let traits: [ImageTraits]
  private let areCrops: Bool

  init(_ scene: InspectionScene, _ measures: InspectionMeasures) {
    self.scene = scene
    areCrops = measures.originals.isEmpty
    traits =
      measures.originals.isEmpty
      ? measures.crops.map(\.traits) : measures.originals.map(\.traits)
  }

  /// The findings, one per source.
  func findings() -> [InspectionFinding] {
    var reasons: [Int: [String]] = [:]
    for index in traits.indices where traits[index].contrast < Self.blank {
      reasons[index, default: []].append("blank")
    }
    for (_, members) in scene.bySource {
      note(members, "aspect", least: log(1.25), in: &reasons) { crop($0).aspect }
      note(members, "size", least: log(1.5), in: &reasons) { crop($0).size }
      let classes = Dictionary(grouping: members) { scene.samples[$0].label }
      for (_, members) in classes.sorted(by: { $0.key < $1.key }) {
        note(members, "tone", least: 40, in: &reasons) { Double(traits[$0].light.reduce(0, +)) / 3 }
        note(members, "blurred", least: log(4), below: true, in: &reasons) {
          log(Double(traits[$0].sharpness) + 1)
        }
      }
      noteStains(members, in: &reasons)
    }
    return scene.bySource.compactMap { source, members in
      let odd = members.filter { reasons[$0] != nil }
      guard !odd.isEmpty else { return nil }
      let all = Set(odd.flatMap { reasons[$0] ?? [] }).sorted()
      return InspectionFinding(
        kind: .outlier, severity: .warning, scope: source, count: odd.count,
        value: Double(odd.count) / Double(members.count),
        remedy: "leave the samples out, or ingest/manifest without them",
        detail: "unlike the others: \(all.joined(separator: ", "))",
        members: odd.map { scene.member($0, note: (reasons[$0] ?? []).joined(separator: ", ")) })
    }
  }

  /// The shape and the size of an original, as logarithms.
  private func crop(_ index: Int) -> (aspect: Double, size: Double) {
    let crop = scene.images.crop(index)
    let (width, height) = (Double(max(1, crop.originalWidth)), Double(max(1, crop.originalHeight)))
    return (log(width / height), log(width * height) / 2)
  }

  /// Notes the members whose value is far from the others.
  private func note(
    _ members: [Int], _ reason: String, least: Double, below: Bool = false,
    in reasons: inout [Int: [String]], _ value: (Int) -> Double
  ) {
    guard members.count >= Self.least else { return }
    let values = members.map(value)
    let scale = RobustScale(of: values)
    let far = max(least, Self.deviations * scale.deviation)
    let odd = zip(members, values).filter { _, value in
      abs(value - scale.median) >= far && (!below || value < scale.median)
    }
    guard Double(odd.count) <= Self.most * Double(members.count) else { return }
    for (index, value) in odd {
      let name = reason != "tone" ? reason : value < scale.median ? "dark" : "bright"
      reasons[index, default: []].append(name)
    }
  }

  /// Notes images whose light has another colour than that of the others of their source.
  private func noteStains(_ members: [Int], in reasons: inout [Int: [String]]) {
    // The brightest part of a crop may be red cells. Slides of one laboratory differ by up to 40.
    for (channel, least) in [(0, areCrops ? 60.0 : 45), (1, areCrops ? 60 : 25)] {
      note(members, "stain", least: least, in: &reasons) { index in
        Double(traits[index].light[2] - traits[index].light[channel])
      }
    }
    for index in members {
      var seen: Set<String> = []
      reasons[index] = reasons[index]?.filter { seen.insert($0).inserted }
    }
  }
}
