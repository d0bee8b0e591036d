extension SyntheticDataset {
  /// The contents of a data set.
  public struct Summary: Sendable, Hashable {
    /// One class folder of a source.
    public struct ClassCount: Sendable, Hashable {
      /// The class, as the source names it.
      public let label: String
      /// The number of its images, including planted duplicates.
      public let images: Int
    }

    /// One source.
    public struct SourceCount: Sendable, Hashable {
      /// The imitated collection.
      public let source: Source
      /// Its folder below the output folder, in the native spelling.
      public let folder: String
      /// The number of all its images, including planted duplicates.
      public let images: Int
      /// Its classes, sorted by name.
      public let classes: [ClassCount]
    }

    /// The sources, in the order of ``Source``.
    public let sources: [SourceCount]
    /// The number of nucleus masks, one per image with distinct content.
    public let masks: Int

    /// The number of images over all sources.
    public var images: Int { sources.reduce(0) { $0 + $1.images } }

    init(_ images: [PlannedImage], masks: Int) {
      self.masks = masks
      sources = Source.allCases.compactMap { source in
        let own = images.filter { $0.source == source }
        guard let first = own.first else { return nil }
        let labels = own.flatMap { [$0.label] + $0.copyLabels }
        let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
        return SourceCount(
          source: source, folder: String(first.path.prefix { $0 != "/" }), images: labels.count,
          classes: counts.sorted { $0.key < $1.key }.map {
            ClassCount(label: $0.key, images: $0.value)
          })
      }
    }
  }
}
