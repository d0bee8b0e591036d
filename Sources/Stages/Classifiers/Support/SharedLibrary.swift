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

    /// The value of a variable of the C type int.
    func number(_ symbol: String) throws(ClassifierError) -> Int {
      Int(try address(symbol).load(as: Int32.self))
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

  extension ClassifierError {
    /// What stands for the version of a library that cannot be opened.
    ///
    /// `doctor` reports it; it names no folder of this machine, as it is part of keys.
    var insteadOfVersion: String { "unusable: \(hint ?? reason)" }
  }
#endif
