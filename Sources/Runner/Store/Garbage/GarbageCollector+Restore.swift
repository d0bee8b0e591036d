internal import Glibc
public import PipelineDSL

extension GarbageCollector {
  /// Restores everything in the trash, or only the given results and objects.
  ///
  /// A result is restored with everything it needs. A file whose path is in use again stays in the
  /// trash.
  public static func restore(
    _ cache: ActionCache, only: [Digest]? = nil
  ) throws(StoreError) -> Amount {
    let layout = cache.layout
    let lock = try CollectionLock(layout)
    defer { withExtendedLifetime(lock) {} }
    let batches = try Trash.batches(layout)
    guard let only else {
      var amount = Amount()
      for batch in batches {
        for relative in try Trash.contents(batch) {
          amount.add(try bring(relative, from: [batch], layout))
        }
        Folder.removeEmpty(batch.path)
      }
      return amount
    }
    var amount = Amount()
    for digest in only {
      var objects: [Digest] = [digest]
      amount.add(try bring(layout.relative(key: digest), from: batches, layout))
      let found = try Reachability.found(digest, cache).get()
      objects += found.objects.map(\.digest)
      for object in objects + found.artifacts {
        amount.add(try bring(layout.relative(object: object), from: batches, layout))
      }
      for artifact in found.artifacts {
        for (object, _) in try Reachability.files(of: artifact, cache).get() ?? [] {
          amount.add(try bring(layout.relative(object: object), from: batches, layout))
        }
      }
    }
    return amount
  }

  private static func bring(
    _ relative: String, from batches: [Trash.Batch], _ layout: StoreLayout
  ) throws(StoreError) -> Amount {
    var amount = Amount()
    for batch in batches {
      let path = batch.path + "/" + relative
      guard let status = FileStatus(path, followLinks: false) else { continue }
      if status.kind == .folder { amount = Folder.amount(path) } else { amount.add(status.size) }
      return try Trash.putBack(relative, of: batch, in: layout) ? amount : Amount()
    }
    return amount
  }

  /// Forgets a project, named by its id, a prefix of it or the path of its record: what only that
  /// project kept is garbage from now on.
  public static func forget(
    _ name: String, in layout: StoreLayout
  ) throws(StoreError) -> ProjectRoots? {
    try layout.createRoots()
    var matches: [(folder: String, project: ProjectRoots?)] = []
    for entry in try Folder.entries(layout.roots)
    where entry.kind == .folder && entry.name != "live" {
      let folder = layout.roots + "/" + entry.name
      let project = try? ProjectRoots(reading: folder + "/project.json")
      if !name.isEmpty, entry.name.hasPrefix(name) || project?.record == name {
        matches.append((folder, project))
      }
    }
    guard let match = matches.first, matches.count == 1 else {
      throw StoreError(
        path: layout.roots,
        matches.isEmpty
          ? "no project '\(name)' keeps anything in this store; 'assay gc --dry-run' lists the projects that do"
          : "several projects match '\(name)'; use the id")
    }
    Folder.remove(match.folder)
    return match.project
  }
}

extension Folder {
  /// Removes the folders of a tree that contain no files.
  static func removeEmpty(_ path: String) {
    for entry in (try? entries(path)) ?? [] where entry.kind == .folder {
      removeEmpty(path + "/" + entry.name)
    }
    rmdir(path)
  }
}
