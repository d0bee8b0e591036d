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
  /// The same for probes of single classes, which are more.
  private static let classDeviations = 3.5
  private static let folds = 5
  /// A class with fewer samples is left out.
  private static let least = 10
  /// The number of encodings, widths or heights that have a feature of their own.
  private static let most = 16

  private let scene: InspectionScene
  private let measures: InspectionMeasures
  private let units: [Int]
  private let margin: Double

  /// `units` are the groups and copies that stay in one fold; `margin` is the least lower end of a
  /// probe's skill for a finding.
  init(
    _ scene: InspectionScene, _ measures: InspectionMeasures, units: [Int], margin: Double
  ) {
    (self.scene, self.measures, self.units, self.margin) = (scene, measures, units, margin)
  }

  /// What a probe looks at.
  private struct Probe {
    var name: String
    var kind: InspectionFinding.Kind
    var images: String
    var remedy: String
    /// The features of some samples; `nil` if they cannot be measured.
    var features: ([Int]) -> [[Double]]?
  }

  /// The findings, and the accuracies as metrics.
  func findings() -> (findings: [InspectionFinding], metrics: [StageMetric]) {
    var (findings, metrics): ([InspectionFinding], [StageMetric]) = ([], [])
    for probe in probes {
      var best: LinearProbe?
      for (source, members) in scene.bySource {
        guard let data = data(probe, members, by: \.label) else { continue }
        let result = data.probe(Self.deviations)
        if best.map({ skill(result) > skill($0) }) ?? true { best = result }
        if let found = strongest(data, result) { findings.append(finding(probe, source, found)) }
      }
      if let best { metrics += numbers("probe/\(probe.name)/label", best) }
      if let data = data(probe, Array(scene.samples.indices), by: \.source) {
        metrics += numbers("probe/\(probe.name)/source", data.probe(Self.deviations))
      }
    }
    return (findings, metrics)
  }

  /// A probe that predicts more than it should.
  private struct Found {
    var probe: LinearProbe
    var data: Data
    /// The class that it tells from all others; `nil` if it predicts all classes.
    var label: String?
  }

  /// The probe with the highest lower end, of all classes and of each one, if that is above chance.
  ///
  /// A shortcut to one class of many hardly moves the accuracy over all of them.
  private func strongest(_ data: Data, _ all: LinearProbe) -> Found? {
    var found = [Found(probe: all, data: data)]
    if data.names.count > 2 {
      for (number, name) in data.names.enumerated() {
        let single = data.only(number)
        found.append(
          Found(probe: single.probe(Self.classDeviations), data: single, label: name))
      }
    }
    let strong = found.filter { $0.probe.skill($0.probe.low) > margin }
    return strong.max { $0.probe.skill($0.probe.low) < $1.probe.skill($1.probe.low) }
  }

  private func skill(_ probe: LinearProbe) -> Double { probe.skill(probe.balancedAccuracy) }

  private func numbers(_ name: String, _ probe: LinearProbe) -> [StageMetric] {
    [
      StageMetric(name, probe.balancedAccuracy), StageMetric(name + "/low", probe.low),
      StageMetric(name + "/high", probe.high), StageMetric(name + "/chance", probe.chance),
    ].map { StageMetric($0.name, ComparisonTable.rounded($0.value)) }
  }

  private func finding(_ probe: Probe, _ source: String, _ found: Found) -> InspectionFinding {
    let (result, data) = (found.probe, found.data)
    let right = zip(data.labels, result.predicted).count { $0 == $1 }
    func percent(_ share: Double) -> Int { Int((100 * share).rounded()) }
    let what = found.label.map { "tells '\($0)' from the other classes" } ?? "predicts the label"
    let isInCrops = probe.images == "crops"
    return InspectionFinding(
      kind: probe.kind,
      severity: isInCrops && result.skill(result.low) > 0.5 ? .error : .warning,
      scope: "\(probe.images) of \(source)", count: right, value: result.balancedAccuracy,
      low: result.low, high: result.high, remedy: probe.remedy,
      detail:
        "\(probe.name) \(what) with a balanced accuracy of \(percent(result.balancedAccuracy)) %, "
        + "by chance \(percent(result.chance)) %",
      members: zip(data.used, result.predicted).map { index, predicted in
        scene.member(index, note: "predicted \(data.names[predicted])")
      })
  }

  /// What a probe is fitted to.
  private struct Data {
    var used: [Int]
    var features: [[Double]]
    var labels: [Int]
    var names: [String]
    var units: [Int]

    /// One class against all others.
    func only(_ label: Int) -> Data {
      var data = self
      data.names = ["other", names[label]]
      data.labels = labels.map { $0 == label ? 1 : 0 }
      return data
    }

    func probe(_ deviations: Double) -> LinearProbe {
      LinearProbe(
        features: features, labels: labels, classes: names.count, units: units,
        folds: LinearProbe.folds(units: units, classes: labels, count: ShortcutFindings.folds),
        deviations: deviations)
    }
  }

  /// What a probe sees of some samples; `nil` if there are fewer than two classes with enough, or if
  /// it cannot be measured.
  private func data(
    _ probe: Probe, _ members: [Int], by field: KeyPath<Sample, String>
  ) -> Data? {
    let classes = Dictionary(grouping: members) { scene.samples[$0][keyPath: field] }.filter {
      $0.value.count >= Self.least && Set($0.value.map { units[$0] }).count >= Self.folds
    }
    guard classes.count > 1 else { return nil }
    let used = classes.values.flatMap { $0 }.sorted()
    guard let features = probe.features(used), features.first?.isEmpty == false else { return nil }
    let names = classes.keys.sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return Data(
      used: used, features: features,
      labels: used.map { numbers[scene.samples[$0][keyPath: field]] ?? 0 }, names: names,
      units: used.map { units[$0] })
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
        name: "file-size", kind: .sizeShortcut, images: "files",
        remedy: "encode all images in the same way before ingest", features: fileSizes))
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

  /// Logarithms of width, height and shape, and one feature per frequent width and height.
  private func sizes(_ used: [Int]) -> [[Double]]? {
    let crops = used.map { scene.images.crop($0) }
    let widths = Self.frequent(crops.map(\.originalWidth))
    let heights = Self.frequent(crops.map(\.originalHeight))
    return crops.map { crop in
      let (width, height) = (
        log(Double(max(1, crop.originalWidth))), log(Double(max(1, crop.originalHeight)))
      )
      return [width, height, width - height] + widths.map { $0 == crop.originalWidth ? 1 : 0 }
        + heights.map { $0 == crop.originalHeight ? 1 : 0 }
    }
  }

  /// The most frequent values, the smaller one first of equally frequent ones.
  private static func frequent<Value: Hashable & Comparable>(_ values: [Value]) -> [Value] {
    var counts: [Value: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(most).map(\.key)
  }

  /// The logarithm of the file's length that its image does not explain: the residual of a linear
  /// regression on the length of the same image encoded by this program, and on its measurements.
  private func fileSizes(_ used: [Int]) -> [[Double]]? {
    var (rows, targets): ([[Double]], [Double]) = ([], [])
    for original in used.map({ measures.originals[$0] }) {
      guard let bytes = original.bytes else { return nil }
      rows.append([
        1, log(Double(max(1, bytes.again))), log(Double(original.traits.contrast) + 1),
        log(Double(original.traits.detail) + 0.1), log(Double(original.traits.sharpness) + 1),
      ])
      targets.append(log(Double(max(1, bytes.own))))
    }
    return LeastSquares.residuals(rows, targets).map { [$0] }
  }

  /// One feature per frequent encoding, and the strength of the compression.
  private func encodings(_ used: [Int]) -> [[Double]]? {
    let found = used.map { measures.originals[$0].encoding }
    guard found.contains(where: { $0 != nil }) else { return nil }
    let signatures = found.map { $0?.signature ?? 0 }
    guard Set(signatures).count > 1 else { return nil }
    let frequent = Self.frequent(signatures)
    return found.map { encoding in
      frequent.map { $0 == encoding?.signature ?? 0 ? 1 : 0 }
        + [log(Double(encoding?.strength ?? 0) + 1)]
    }
  }
}
