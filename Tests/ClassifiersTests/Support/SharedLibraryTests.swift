#if Classifiers
  import Testing

  @testable import Classifiers

  @Suite struct SharedLibraryTests {
    private typealias Plain = @convention(c) () -> Int32

    @Test("a library that is not installed is an error that names its package")
    func missingLibrary() {
      let error = #expect(throws: ClassifierError.self) {
        try SharedLibrary(
          "libnothing", files: ["libnothing.so.1", "libnothing.so"], package: "libnothing1")
      }
      #expect(error?.reason.hasPrefix("libnothing cannot be opened: libnothing.so.1: ") == true)
      #expect(error?.hint == "install the Debian package libnothing1")
    }

    @Test("the first file that can be opened is used")
    func firstFile() throws {
      let library = try SharedLibrary(
        "libsvm", files: ["libnothing.so", "libsvm.so.3"], package: "libsvm3")
      #expect(try library.version("libsvm_version") == SVMLibrary.version)
    }

    @Test("a function that the library does not have is an error that names it")
    func missingFunction() throws {
      let library = try SharedLibrary("libsvm", files: ["libsvm.so.3"], package: "libsvm3")
      let error = #expect(throws: ClassifierError.self) {
        _ = try library.function("svm_nothing", Plain.self)
      }
      #expect(error?.reason.hasPrefix("libsvm has no svm_nothing") == true)
      #expect(throws: ClassifierError.self) { _ = try library.version("svm_nothing") }
    }

    @Test("instead of a version, a library that cannot be opened gives the remedy")
    func versionOfAMissingLibrary() {
      struct Missing: OpenedLibrary {
        let loadedVersion: String
        static let opened = Result<Self, ClassifierError> { () throws(ClassifierError) in
          _ = try SharedLibrary("libnothing", files: ["libnothing.so.1"], package: "libnothing1")
          return Self(loadedVersion: "1")
        }
      }
      #expect(Missing.version == "unusable: install the Debian package libnothing1")
      #expect(throws: ClassifierError.self) { try Missing.open() }
    }
  }
#endif
