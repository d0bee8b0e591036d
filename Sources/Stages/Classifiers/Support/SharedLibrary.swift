#if Classifiers
  internal import Foundation

  /// A C library that is opened when it is first used.
  ///
  /// If the libraries of all methods were linked, every start of the program would take longer, and
  /// would fail without one of them. A library stays open until the process ends.
  struct SharedLibrary {
    private let name: String
    private let package: String
    private let handle: UnsafeMutableRawPointer

    /// Opens the first of some files that exists; they are looked up as those of linked libraries.
    ///
    /// Throws an error that names the Debian package to install if none can be opened. Its symbols
    /// are visible to nothing else; those that it shares with the program, such as OpenBLAS's, are
    /// the program's.
    init(_ name: String, files: [String], package: String) throws(ClassifierError) {
      (self.name, self.package) = (name, package)
      var reasons: [String] = []
      for file in files {
        if let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) {
          self.handle = handle
          return
        }
        reasons.append(dlerror().map { String(cString: $0) } ?? file)
      }
      throw ClassifierError(
        "\(name) cannot be opened: \(reasons.joined(separator: "; "))",
        hint: "install the Debian package \(package)")
    }

    /// A function by its name; `type` must be the C type that the library's header declares.
    func function<Function>(
      _ symbol: String, _ type: Function.Type
    ) throws(ClassifierError) -> Function {
      precondition(MemoryLayout<Function>.size == MemoryLayout<UnsafeRawPointer>.size)
      return unsafeBitCast(try address(symbol), to: type)
    }

    /// The version that a variable of the C type int holds, such as "3.24" for 324.
    func version(_ symbol: String) throws(ClassifierError) -> String {
      let number = try address(symbol).load(as: Int32.self)
      return "\(number / 100).\(number % 100 / 10)\(number % 10)"
    }

    private func address(_ symbol: String) throws(ClassifierError) -> UnsafeMutableRawPointer {
      guard let address = dlsym(handle, symbol) else {
        throw ClassifierError(
          "\(name) has no \(symbol): it is another version than the one built with",
          hint: "install the Debian package \(package)")
      }
      return address
    }
  }

  /// The functions of a shared library, which is opened on the first use.
  protocol OpenedLibrary: Sendable {
    /// The result of the first use.
    static var opened: Result<Self, ClassifierError> { get }
    /// The version of the library that was opened.
    var loadedVersion: String { get }
  }

  extension OpenedLibrary {
    /// Opens the library on the first call.
    static func open() throws(ClassifierError) -> Self { try opened.get() }

    /// The version, such as "3.24".
    ///
    /// Of a library that cannot be opened, the remedy, which `doctor` reports: it names no folder
    /// of this machine, as it is part of keys.
    static var version: String {
      switch opened {
      case .success(let library): library.loadedVersion
      case .failure(let error): "unusable: \(error.hint ?? error.reason)"
      }
    }
  }
#endif
