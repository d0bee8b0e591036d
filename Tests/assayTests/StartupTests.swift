import TestSupport
import Testing

/// What the start of the program takes.
@Suite struct StartupTests {
  @Test("the libraries of classifiers are not loaded at the start")
  func classifiersAreNotLinked() throws {
    let project = try Project("{}")
    let ending = try SpawnedProgram(
      [SpawnedProgram.executable("assay")], in: project.folder, program: "/usr/bin/ldd"
    ).wait()
    try #require(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("libopenblas"))
    for name in ["libxgboost", "libsvm", "liblinear", "libgomp"] {
      #expect(!ending.output.contains(name), "\(name)")
    }
  }
}
