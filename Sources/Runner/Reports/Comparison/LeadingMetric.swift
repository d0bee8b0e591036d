/// Which metrics a comparison shows first: those that a check names, and those of the test set.
enum LeadingMetric {
  /// Whether a metric comes first.
  static func leads(_ name: String, checked: Set<String>) -> Bool {
    checked.contains(name) || name.split(separator: "/").contains("test")
  }
}
