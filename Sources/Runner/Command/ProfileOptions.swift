internal import Execution
internal import Foundation
internal import PipelineDSL

/// The options that decide where cells are computed.
enum ProfileOptions {
  static let all = [
    Option("--executor", value: "NAME", "where cells run: local (default) or slurm"),
    Option("--profile", value: "FILE", "JSON file that describes the cluster"),
    Option("--detach", "end as soon as everything that is ready is in the queue of the cluster"),
    Option(
      "--on-interrupt", value: "CHOICE",
      "jobs in the queue after an interrupt: cancel or leave (default: ask on a terminal)"),
  ]

  /// The profile of a command line: that of the file, with the executor that is named.
  static func profile(_ arguments: Arguments) throws(CommandError) -> ExecutionProfile {
    let names = ExecutionProfile.Executor.allCases.map(\.rawValue)
    var named: ExecutionProfile.Executor?
    if let name = arguments.last("--executor") {
      guard let executor = ExecutionProfile.Executor(rawValue: name) else {
        throw .usage(
          "--executor is \(names.joined(separator: " or ")), not '\(name)'"
            + NearestName.hint(for: name, among: names))
      }
      named = executor
    }
    var profile = ExecutionProfile(executor: named ?? .local)
    if let file = arguments.last("--profile") {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw .usage("\(file): cannot be read")
      }
      do throws(Diagnostics) { profile = try ProfileReader.read([UInt8](data), file: file) } catch {
        throw .invalid(error.description)
      }
      profile.executor = named ?? profile.executor
    }
    if arguments.has("--detach"), profile.executor == .local {
      throw .usage("--detach requires an executor with a queue, such as --executor slurm")
    }
    return profile
  }

  /// What becomes of jobs after an interrupt: as the option says, or as the user answers once.
  static func onInterrupt(
    _ arguments: Arguments
  ) throws(CommandError) -> @Sendable (Int) -> RemoteEnding {
    if let text = arguments.last("--on-interrupt") {
      guard let ending = RemoteEnding(rawValue: text) else {
        throw .usage("--on-interrupt is cancel or leave, not '\(text)'")
      }
      return { _ in ending }
    }
    // Without a terminal nobody can answer, and work that was paid for is not thrown away.
    guard isatty(0) == 1, isatty(2) == 1 else { return { _ in .leave } }
    return { count in
      FileHandle.standardError.write(
        Data("\n\(count) jobs are in the queue: (c)ancel or (l)eave them? [l] ".utf8))
      return readLine()?.lowercased().hasPrefix("c") == true ? .cancel : .leave
    }
  }
}
