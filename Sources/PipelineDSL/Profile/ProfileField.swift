/// A member of a profile: its name, what it takes, and how it is set.
///
/// The reader and the JSON Schema are both made from these.
struct ProfileField: Sendable {
  /// What a member takes, in words and as a schema.
  enum Form: Sendable {
    case text
    case texts
    case choice([String])
    case whole(ClosedRange<Int>)
    case seconds(ClosedRange<Int>)
    case memory
    case time
    case truth

    /// What is expected, for messages.
    var phrase: String {
      switch self {
      case .text: "a string that is not empty"
      case .texts: "an array of strings that are not empty"
      case .choice(let names): "one of " + names.map { "\"\($0)\"" }.joined(separator: ", ")
      case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
      case .seconds(let range): "seconds from \(range.lowerBound) to \(range.upperBound)"
      case .memory: "memory such as \"16 GiB\" or \"512 MiB\""
      case .time: "a time such as \"12:00:00\""
      case .truth: "true or false"
      }
    }
  }

  let name: String
  let form: Form
  let help: String
  /// Sets the member; `false` if the value is not of the form.
  let set: @Sendable (inout ExecutionProfile, JSONValue) -> Bool

  private init(
    _ name: String, _ form: Form, _ help: String,
    set: @escaping @Sendable (inout ExecutionProfile, JSONValue) -> Bool
  ) {
    (self.name, self.form, self.help, self.set) = (name, form, help, set)
  }

  /// All members, in the order of the schema.
  static let all: [ProfileField] = [
    ProfileField(
      "executor", .choice(ExecutionProfile.Executor.allCases.map(\.rawValue)),
      "Where cells run: on this machine, or as jobs of Slurm."
    ) { profile, value in
      guard let executor = value.text.flatMap(ExecutionProfile.Executor.init(rawValue:)) else {
        return false
      }
      profile.executor = executor
      return true
    },
    text("partition", "The partition of jobs; without it, the cluster's default.", \.partition),
    text("account", "The account that is charged.", \.account),
    text("qos", "The quality of service.", \.qos),
    ProfileField("time", .time, "The time limit of a job, for stages without one.") {
      assign(&$0, \.time, $1.text.flatMap(ResourceText.seconds(of:)))
    },
    ProfileField("memory", .memory, "The memory of a job, for stages that request none.") {
      assign(&$0, \.memory, $1.text.flatMap(ByteCount.parse))
    },
    whole("cpus", 1...4096, "Processors of a job, for stages that request none.", \.cpus),
    texts("flags", "Further options of sbatch, such as \"--gres=gpu:1\".", \.flags),
    seconds("poll", 1...3600, "Seconds between two looks at the jobs.", \.poll),
    whole(
      "jobs", 1...1_000_000, "How many cells may be in the queue or run at the same time.", \.jobs),
    seconds(
      "bundle", 0...86_400,
      "Cells that usually take less share a job, up to this many seconds together; 0 for one job per cell.",
      \.bundle),
    texts(
      "local", "Stages, or kinds of stages, that run on this machine, such as \"ingest/*\".",
      \.local),
    ProfileField(
      "requeue", .truth, "Whether Slurm may start a job again by itself after its node failed."
    ) { assign(&$0, \.requeue, $1.truth) },
    whole(
      "memory-retries", 0...8,
      "How often a job that ran out of memory runs again, each time with twice as much.",
      \.memoryRetries),
    whole(
      "continuations", 0...1000,
      "How often a cell that reached its time limit continues in another job, if it made progress.",
      \.continuations),
    text(
      "command", "The path of assay on the nodes; without it, that of the program itself.",
      \.command),
  ]

  private static func assign<Value>(
    _ profile: inout ExecutionProfile, _ path: WritableKeyPath<ExecutionProfile, Value>,
    _ value: Value?
  ) -> Bool {
    guard let value else { return false }
    profile[keyPath: path] = value
    return true
  }

  private static func assign<Value>(
    _ profile: inout ExecutionProfile, _ path: WritableKeyPath<ExecutionProfile, Value?>,
    _ value: Value?
  ) -> Bool {
    guard let value else { return false }
    profile[keyPath: path] = value
    return true
  }

  /// A string that can be a word of a command line.
  private static func word(_ value: JSONValue) -> String? {
    value.text.flatMap { text in
      let isPlain = !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
      return text.isEmpty || !isPlain ? nil : text
    }
  }

  private static func text(
    _ name: String, _ help: String,
    _ path: any WritableKeyPath<ExecutionProfile, String?> & Sendable
  ) -> ProfileField {
    ProfileField(name, .text, help) { assign(&$0, path, word($1)) }
  }

  private static func texts(
    _ name: String, _ help: String,
    _ path: any WritableKeyPath<ExecutionProfile, [String]> & Sendable
  ) -> ProfileField {
    ProfileField(name, .texts, help) { profile, value in
      guard let elements = value.elements else { return false }
      let words = elements.compactMap(word)
      return words.count == elements.count && assign(&profile, path, words)
    }
  }

  private static func whole(
    _ name: String, _ range: ClosedRange<Int>, _ help: String,
    _ path: any WritableKeyPath<ExecutionProfile, Int> & Sendable
  ) -> ProfileField {
    ProfileField(name, .whole(range), help) {
      assign(&$0, path, $1.whole.flatMap { range.contains($0) ? $0 : nil })
    }
  }

  private static func seconds(
    _ name: String, _ range: ClosedRange<Int>, _ help: String,
    _ path: any WritableKeyPath<ExecutionProfile, Double> & Sendable
  ) -> ProfileField {
    ProfileField(name, .seconds(range), help) {
      let allowed = Double(range.lowerBound)...Double(range.upperBound)
      return assign(&$0, path, $1.real.flatMap { allowed.contains($0) ? $0 : nil })
    }
  }
}
