/// Reads a profile file, whose members are closed, and reports every problem with its position.
public enum ProfileReader {
  /// The profile in the bytes of a file.
  ///
  /// - Throws: All problems of the file.
  public static func read(_ bytes: [UInt8], file: String) throws(Diagnostics) -> ExecutionProfile {
    var diagnostics = DiagnosticCollector(file: file)
    var profile = ExecutionProfile(executor: .slurm)
    let root: LocatedJSON
    do throws(JSONSyntaxError) {
      let (located, duplicates) = try JSONParser.locate(bytes)
      root = located
      for duplicate in duplicates {
        diagnostics.report(
          .duplicateName,
          "'\(duplicate.name)' occurs twice in one object, first on line \(duplicate.first.line)",
          at: duplicate.position, pointer: duplicate.pointer)
      }
    } catch {
      diagnostics.report(.syntax, error.reason, at: error.position, pointer: "")
      throw diagnostics.sorted
    }
    guard let members = root.members else {
      diagnostics.report(
        .wrongType, "expected an object: a profile, found \(root.value.kindName)", at: root)
      throw diagnostics.sorted
    }
    let names = ["$schema"] + ProfileField.all.map(\.name)
    for member in members where member.name != "$schema" {
      guard let field = ProfileField.all.first(where: { $0.name == member.name }) else {
        diagnostics.report(
          .unknownMember,
          "a profile has no '\(member.name)'; it has \(names.joined(separator: ", "))",
          at: member.position, pointer: member.value.pointer, written: member.name, known: names)
        continue
      }
      if !field.set(&profile, member.value.value) {
        var known: [String] = []
        if case .choice(let choices) = field.form { known = choices }
        diagnostics.report(
          .badProfile, "expected \(field.form.phrase), found \(member.value.value.found)",
          at: member.value, written: member.value.text, known: known)
      }
    }
    if root["executor"] == nil {
      diagnostics.report(.missingMember, "'executor' of this profile is missing", at: root)
    }
    guard diagnostics.list.isEmpty else { throw diagnostics.sorted }
    return profile
  }
}
