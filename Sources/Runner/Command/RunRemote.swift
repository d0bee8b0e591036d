internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

/// The remote of a run: where results come from and, if asked, go to.
///
/// Whatever fails here costs a warning, and never the run.
struct RunRemote {
  /// The options of `run`.
  static let options = [
    Option(
      "--remote", value: "REMOTE",
      "results also from a store at REMOTE: a folder or rclone:NAME:PATH"),
    Option("--give-back", "with --remote: what the run used and REMOTE lacks is copied there"),
  ]

  /// What the remote has; `nil` if there is no remote or it cannot be reached.
  private(set) var results: RemoteResults?
  private var target: (any Remote)?

  /// Throws a usage error for options that do not go together.
  static func checkOptions(_ arguments: Arguments) throws(CommandError) {
    if arguments.has("--give-back"), !arguments.has("--remote") {
      throw .usage("--give-back requires --remote")
    }
    if arguments.has("--dry-run"), arguments.has("--remote") {
      throw .usage("--dry-run fetches nothing, so it does not take --remote")
    }
  }

  /// Lists the remote that the options name; what it has goes to a store.
  init(_ arguments: Arguments, into cache: ActionCache) {
    guard let name = arguments.last("--remote") else { return }
    let gives = arguments.has("--give-back")
    do throws(StoreError) {
      let remote = try Workspace.remote(name)
      if let listing = try remote.list() {
        results = RemoteResults(
          remote, listing, into: cache, threads: Machine.current.processors)
      } else if !gives {
        Self.warn("\(name) has no store of Assay; the run continues without it")
      }
      if gives { target = remote }
    } catch {
      let later = gives ? "; afterwards, 'assay cache push \(name) --run latest' gives back" : ""
      Self.warn("\(error); the run continues without it\(later)")
    }
  }

  /// Copies what a run used to the remote, if asked; returns a sentence about it.
  func giveBack(_ run: String, _ records: RunRecords, from cache: ActionCache) -> String? {
    guard let target else { return nil }
    do {
      let outcome = try target.push(
        try records.keys(run: run, of: []), from: cache, threads: Machine.current.processors)
      return "given back to \(target.name): \(Display.count(outcome.copied, "result")), "
        + "\(Display.count(outcome.objects.files, "object")), "
        + ByteCount.text(outcome.objects.bytes)
    } catch {
      Self.warn("\(error); 'assay cache push \(target.name) --run \(run)' tries again")
      return nil
    }
  }

  private static func warn(_ text: String) {
    FileHandle.standardError.write(Data("assay: warning: \(text)\n".utf8))
  }
}
