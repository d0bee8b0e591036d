internal import Foundation

/// The resources of a machine.
public struct Machine: Sendable, Hashable {
  /// Processors this process may use.
  public let processors: Int
  /// Bytes of memory.
  public let memory: Int

  /// A machine; tests use small ones.
  public init(processors: Int, memory: Int) {
    (self.processors, self.memory) = (processors, memory)
  }

  /// The machine this process runs on.
  public static var current: Machine {
    Machine(
      processors: max(1, ProcessInfo.processInfo.activeProcessorCount),
      memory: Int(ProcessInfo.processInfo.physicalMemory))
  }

  /// What a run records about the machine it runs on; never part of a key.
  public static var description: [String: String] {
    var facts: [String: String] = [:]
    var names = utsname()
    if uname(&names) == 0 {
      facts["kernel"] = text(of: names.sysname) + " " + text(of: names.release)
      facts["architecture"] = text(of: names.machine)
      facts["host"] = text(of: names.nodename)
    }
    if let info = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = info.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
      let colon = line.firstIndex(of: ":")
    {
      facts["processor"] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    let machine = current
    facts["processors"] = String(machine.processors)
    facts["memory"] = String(machine.memory)
    return facts
  }

  /// A C array of characters as text.
  private static func text<T>(of field: T) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
