internal import PipelineDSL

extension ArtifactManifest {
  /// The first path, in order, that only one of two manifests contains or whose content differs;
  /// `nil` if the manifests are equal.
  public func firstDifference(from other: ArtifactManifest) -> String? {
    let (mine, its) = (files, other.files)
    var index = 0
    while index < mine.count, index < its.count, mine[index] == its[index] { index += 1 }
    switch (index < mine.count, index < its.count) {
    case (false, false): return nil
    case (true, false): return mine[index].path
    case (false, true): return its[index].path
    case (true, true):
      let (a, b) = (mine[index].path, its[index].path)
      return b.utf8.lexicographicallyPrecedes(a.utf8) ? b : a
    }
  }
}
