internal import PipelineDSL

/// What the nodes of a partition offer, from `sinfo`.
///
/// Slurm accepts requests that no node can meet, and lets them wait for ever.
struct SlurmNodes: Sendable {
  /// A node.
  struct Node: Sendable, Hashable {
    let name: String
    let processors: Int
    /// In bytes.
    let memory: Int
    /// The partition, without the mark of the default one.
    let partition: String
    /// Whether it belongs to the default partition.
    let isDefault: Bool
    /// Its generic resources: `gpu:a100:4(S:0-1),shard:8`, or `(null)`.
    let gres: String

    /// Whether it has what a list of `NAME`, `NAME:COUNT` or `NAME:TYPE:COUNT` requests.
    func has(_ requested: String) -> Bool {
      let own = GenericResource.list(gres)
      return GenericResource.list(requested).allSatisfy { wanted in
        let fitting = own.filter {
          $0.name == wanted.name && (wanted.type == nil || $0.type == wanted.type)
        }
        return fitting.reduce(0) { $0 + $1.count } >= wanted.count
      }
    }
  }

  /// One item of a list of generic resources.
  private struct GenericResource {
    let name: String
    var type: String?
    var count = 1

    static func list(_ text: String) -> [GenericResource] {
      // What follows in parentheses are sockets or indices.
      let plain = text.replacing(/\([^)]*\)/, with: "")
      return plain.split(separator: ",").map { item in
        let parts = item.split(separator: ":").map(String.init)
        var resource = GenericResource(name: parts.first ?? "")
        for part in parts.dropFirst() where part != "no_consume" {
          if let count = count(part) { resource.count = count } else { resource.type = part }
        }
        return resource
      }
    }

    /// A count as Slurm writes it: a number, which K, M, G, T or P multiplies by a power of 1024.
    private static func count(_ text: String) -> Int? {
      guard let power = text.last.flatMap({ "KMGTP".firstIndex(of: Character($0.uppercased())) })
      else { return Int(text) }
      let exponent = "KMGTP".distance(from: "KMGTP".startIndex, to: power) + 1
      return Int(text.dropLast()).map { $0 << (10 * exponent) }
    }
  }

  let nodes: [Node]

  /// The format of `sinfo -o`: name, state, processors, MiB of memory, partition,
  /// generic resources.
  static let format = "%N|%t|%c|%m|%P|%G"

  /// Reads the output of `sinfo -h -N`; lines of other forms are ignored.
  init(_ text: String) {
    nodes = text.split(whereSeparator: \.isNewline).compactMap { line in
      let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 6, let processors = Int(parts[2]),
        let memory = Int(parts[3].prefix { $0.isNumber })
      else { return nil }
      let isDefault = parts[4].hasSuffix("*")
      return Node(
        name: parts[0], processors: processors, memory: memory << 20,
        partition: isDefault ? String(parts[4].dropLast()) : parts[4], isDefault: isDefault,
        gres: parts[5])
    }
  }

  /// The nodes of a partition, which may be a list of names; without one, of the default partition.
  private func nodes(in partition: String?) -> [Node] {
    guard let partition else {
      let own = nodes.filter(\.isDefault)
      return own.isEmpty ? nodes : own
    }
    let names = Set(partition.split(separator: ",").map(String.init))
    return nodes.filter { names.contains($0.partition) }
  }

  /// What no node can provide for the stages of a pipeline that run in the cluster.
  func refused(_ pipeline: Pipeline, _ profile: ExecutionProfile) -> [String] {
    let offered = nodes(in: profile.partition)
    guard !offered.isEmpty else {
      let known = Set(nodes.map(\.partition)).sorted()
      let hint = NearestName.hint(for: profile.partition ?? "", among: known)
      return ["Slurm has no partition '\(profile.partition ?? "")' with nodes\(hint)"]
    }
    return pipeline.stages.compactMap { stage in
      guard let cell = pipeline.cells[stage.cells].first,
        !profile.isLocal(stage: cell.stage, kind: cell.kind)
      else { return nil }
      let processors = cell.resources.cpus ?? profile.cpus
      let memory = cell.resources.memory ?? profile.memory ?? 0
      let gres = cell.resources.gres
      let fits = offered.filter { $0.processors >= processors && $0.memory >= memory }
      if let gres, !offered.contains(where: { $0.has(gres) }) {
        return "'\(stage.name)' requests \(gres), but no node of the partition has it"
      }
      guard !fits.contains(where: { node in gres.map(node.has) ?? true }) else { return nil }
      let most = offered.map(\.processors).max() ?? 0
      let largest = offered.map(\.memory).max() ?? 0
      var asked = "\(processors) processors"
      if memory > 0 { asked += " and \(ByteCount.text(memory)) of memory" }
      if let gres { asked += " beside \(gres)" }
      return "'\(stage.name)' requests \(asked), but no node of the partition has them: at most "
        + "\(most) processors, at most \(ByteCount.text(largest)) of memory"
    }
  }
}
