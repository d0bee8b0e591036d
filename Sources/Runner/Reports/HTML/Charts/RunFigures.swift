internal import PipelineDSL
public import Store

/// The figures of a run, as `assay figure` lists and writes them.
public struct RunFigures {
  /// A figure as a file for a paper.
  public struct Drawn: Sendable {
    /// The drawing: a complete SVG file in light colours.
    public let svg: String
    /// What a reader must know to judge the drawing: n, seeds, interval and test.
    public let caption: String
  }

  /// What has figures, in the order of a report.
  private static let sources: [any FigureSource.Type] = [
    GridFigures.self, ConfusionFigures.self, EvaluationCurves.self, LearningCurves.self,
  ]

  private let figures: [Figure]

  /// Reads the figures of a run.
  ///
  /// - Throws: An error if the record cannot be read; objects that are missing from the store have no
  ///   figures.
  public init(run: RunSummary, records: RunRecords, objects: ObjectStore) throws(StoreError) {
    let facts = try RunFacts(run, records)
    let reader = ArtifactReader(objects)
    figures = Self.sources.flatMap { $0.figures(facts, reader, limit: .max).figures }
  }

  /// The name and the title of each figure, in the order of a report.
  public var list: [(name: String, title: String)] {
    figures.map { ($0.name, $0.drawing.title) }
  }

  /// The figure of a name, or the only one whose name begins or ends with it; `nil` without one.
  public func figure(named name: String) -> Drawn? {
    let matches = figures.filter { $0.name.hasPrefix(name + "/") || $0.name.hasSuffix("/" + name) }
    let only = matches.count == 1 ? matches[0] : nil
    guard let figure = figures.first(where: { $0.name == name }) ?? only else { return nil }
    return Drawn(svg: figure.drawing.standalone, caption: figure.caption)
  }

  /// A hint to a similar name.
  public func hint(for name: String) -> String {
    NearestName.hint(for: name, among: figures.map(\.name))
  }
}
