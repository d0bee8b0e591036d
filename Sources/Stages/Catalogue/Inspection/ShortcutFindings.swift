internal import Foundation
internal import Imaging
internal import PipelineDSL
internal import Statistics

/// Finds labels that can be predicted from what should say nothing about them.
///
/// A linear probe per source, since sources differ in all of this: an association of source and
/// label is a finding of its own.
struct ShortcutFindings {
  /// Half the width of the probes' intervals in standard errors; wide, as there are several probes.
  private static let deviations = 3.0
  private static let folds = 5
  /// A class with fewer samples is left out.
  private static let least = 10
  /// JPEG encodings that have a feature of their own.
  private static let encodings = 16

  private let scene: InspectionScene
  private let measures: InspectionMeasures
  private let units: [Int]
  private let margin: Double
  private let bytes: [String: Int]

  /// `units` are the groups and copies that stay in one fold; `margin` is the least lower end of a
  /// probe's skill for a finding.
  init(
    _ scene: InspectionScene, _ measures: InspectionMeasures, units: [Int], margin: Double
  ) {
    (self.scene, self.measures, self.units, self.margin) = (scene, measures, units, margin)
    bytes = Dictionary(scene.files.map { ($0.id, $0.bytes) }) { first, _ in first }
  }

  /// What a probe looks at.
  private struct Probe {
    var name: String
    var kind: InspectionFinding.Kind
    var images: String
    /// The least lower end of its skill, relative to the margin.
    var factor = 1.0
    var remedy: String
    /// The features of some samples; `nil` if they cannot be measured.
    var features: ([Int]) -> [[Double]]?
  }

  /// The findings, and the accuracies as metrics.
  func findings() throws -> (findings: [InspectionFinding], metrics: [StageMetric]) {
    var (findings, metrics): ([InspectionFinding], [StageMetric]) = ([], [])
    for probe in probes {
      var best: (source: String, probe: LinearProbe)?
      for (source, members) in scene.bySource {
        guard let (result, used) = run(probe, members, by: \.label) else { continue }
        if best.map({ skill(result) > skill($0.probe) }) ?? true { best = (source, result) }
        guard result.skill(result.low) > margin * probe.factor else { continue }
        findings.append(finding(probe, source, result, used))
      }
      if let best { metrics += numbers("probe/\(probe.name)/label", best.probe) }
      if let (result, _) = run(probe, Array(scene.samples.indices), by: \.source) {
        metrics += numbers("probe/\(probe.name)/source", result)
      }
    }
    return (findings, metrics)
  }

  private func skill(_ probe: LinearProbe) -> Double { probe.skill(probe.balancedAccuracy) }

  private func numbers(_ name: String, _ probe: LinearProbe) -> [StageMetric] {
    [
      StageMetric(name, probe.balancedAccuracy), StageMetric(name + "/low", probe.low),
      StageMetric(name + "/high", probe.high), StageMetric(name + "/chance", probe.chance),
    ].map { StageMetric($0.name, ComparisonTable.rounded($0.value)) }
  }

  private func finding(
    _ probe: Probe, _ source: String, _ result: LinearProbe, _ used: [Int]
  ) -> InspectionFinding {
    let classes = Set(used.map { scene.samples[$0].label }).sorted()
    let right = zip(used, result.predicted).filter { classes[$1] == scene.samples[$0].label }
    let percent = Int((100 * result.balancedAccuracy).rounded())
    return InspectionFinding(
      kind: probe.kind, severity: result.skill(result.low) > 0.5 ? .error : .warning,
      scope: "\(probe.images) of \(source)", count: right.count, value: result.balancedAccuracy,
      low: result.low, high: result.high, remedy: probe.remedy,
      detail:
        "\(probe.name) predicts the label with a balanced accuracy of \(percent) %, "
        + "by chance \(Int((100 * result.chance).rounded())) %",
      members: zip(used, result.predicted).map { index, predicted in
        scene.member(index, note: "predicted \(classes[predicted])")
      })
  }

  /// Cross-validates a probe on some samples; `nil` if there are fewer than two classes with enough.
  private func run(
    _ probe: Probe, _ members: [Int], by field: KeyPath<Sample, String>
  ) -> (LinearProbe, used: [Int])? {
    let classes = Dictionary(grouping: members) { scene.samples[$0][keyPath: field] }.filter {
      $0.value.count >= Self.least && Set($0.value.map { units[$0] }).count >= Self.folds
    }
    guard classes.count > 1 else { return nil }
    let used = classes.values.flatMap { $0 }.sorted()
    guard let features = probe.features(used), features.first?.isEmpty == false else { return nil }
    let names = classes.keys.sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let labels = used.map { numbers[scene.samples[$0][keyPath: field]] ?? 0 }
    let own = used.map { units[$0] }
    let result = LinearProbe(
      features: features, labels: labels, classes: names.count, units: own,
      folds: LinearProbe.folds(units: own, classes: labels, count: Self.folds),
      deviations: Self.deviations)
    return (result, used)
  }

  private var probes: [Probe] {
    var probes = [
      Probe(
        name: "surroundings", kind: .stainShortcut, images: "crops",
        remedy: "crop-normalise: stain: macenko", features: surroundings),
      Probe(
        name: "crop-border", kind: .borderShortcut, images: "crops",
        remedy: "crop-normalise: background: black",
        features: { used in used.map { measures.crops[$0].traits.border.map(Double.init) } }),
      Probe(
        name: "image-size", kind: .sizeShortcut, images: "originals",
        remedy: "images of one size, from one device", features: sizes),
      Probe(
        name: "file-size", kind: .sizeShortcut, images: "files", factor: 2.5,
        remedy: "encode all images in the same way before ingest", features: fileSizes),
    ]
    guard !measures.originals.isEmpty else { return probes }
    probes.append(
      Probe(
        name: "border", kind: .borderShortcut, images: "originals",
        remedy: "crop-normalise: mask: nucleus",
        features: { used in
          used.map { index in
            let traits = measures.originals[index].traits
            return (traits.border + traits.extremes).map(Double.init)
          }
        }))
    probes.append(
      Probe(
        name: "jpeg", kind: .jpegShortcut, images: "files",
        remedy: "encode all images in the same way before ingest", features: encodings))
    return probes
  }

  /// The colours of the surroundings; missing ones are those of the mean.
  private func surroundings(_ used: [Int]) -> [[Double]]? {
    let found = used.map { measures.crops[$0].traits.surroundings }
    let known = found.compactMap { $0 }
    guard 5 * known.count >= 4 * used.count else { return nil }
    let means = (0..<ImageTraits.surroundingsCount).map { column in
      let values = known.map { Double($0[column]) }.filter(\.isFinite)
      return values.reduce(0, +) / Double(max(1, values.count))
    }
    return found.map { row in
      means.indices.map { column in
        guard let value = row?[column], value.isFinite else { return means[column] }
        return Double(value)
      }
    }
  }

  /// Logarithms of width, height and shape.
  private func sizes(_ used: [Int]) -> [[Double]]? {
    used.map { index in
      let crop = scene.images.crop(index)
      let (width, height) = (
        log(Double(max(1, crop.originalWidth))), log(Double(max(1, crop.originalHeight)))
      )
      return [width, height, width - height]
    }
  }

  /// The logarithm of the file's length that its image does not explain: the residual of a linear
  /// regression on size, contrast, detail and sharpness.
  private func fileSizes(_ used: [Int]) -> [[Double]]? {
    var (rows, targets): ([[Double]], [Double]) = ([], [])
    for index in used {
      let original = measures.originals.isEmpty ? nil : measures.originals[index]
      guard let bytes = original?.bytes ?? bytes[Sample.imageID(scene.samples[index].id)] else {
        return nil
      }
      let traits = original?.traits ?? measures.crops[index].traits
      let crop = scene.images.crop(index)
      let pixels = Double(max(1, crop.originalWidth) * max(1, crop.originalHeight))
      rows.append([
        1, log(pixels), log(Double(traits.contrast) + 1), log(Double(traits.detail) + 0.1),
        log(Double(traits.sharpness) + 1),
      ])
      targets.append(log(Double(max(1, bytes))))
    }
    return LeastSquares.residuals(rows, targets).map { [$0] }
  }

  /// One feature per frequent encoding, and the strength of the compression.
  private func encodings(_ used: [Int]) -> [[Double]]? {
    let found = used.map { measures.originals[$0].encoding }
    guard found.contains(where: { $0 != nil }) else { return nil }
    var counts: [UInt64: Int] = [:]
    for encoding in found { counts[encoding?.signature ?? 0, default: 0] += 1 }
    guard counts.count > 1 else { return nil }
    let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(Self.encodings).map(\.key)
    return found.map { encoding in
      frequent.map { $0 == encoding?.signature ?? 0 ? 1 : 0 }
        + [log(Double(encoding?.strength ?? 0) + 1)]
    }
  }
}
