// swift-tools-version: 6.2
import PackageDescription

/// Settings every Swift target shares.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// Inner loops: optimised in debug builds too, and compiled for AVX2 and FMA on x86-64.
#if arch(x86_64)
  let vectorFlags: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-mavx2", "-Xcc", "-mfma"])]
#else
  let vectorFlags: [SwiftSetting] = []
#endif
let kernels: [SwiftSetting] =
  [.unsafeFlags(["-O"], .when(configuration: .debug))] + vectorFlags

/// The tables of `harmonise-labels`, which the program carries in itself.
enum LabelSchemes {
  static let names = [
    "five-class", "binary", "aml", "cml", "all-subtypes", "lymphoma", "lymphoma-cml", "fab",
    "cell-type",
  ]
}

/// What Packaging/make-package says about the build: a plain `swift build` says nothing.
let buildFacts: [CSetting] = [
  ("ASSAY_COMMIT", Context.environment["ASSAY_COMMIT"].map { "\"\($0)\"" }),
  ("ASSAY_DATE", Context.environment["ASSAY_DATE"].map { "\"\($0)\"" }),
  ("ASSAY_RELEASE", Context.environment["ASSAY_RELEASE"]),
].compactMap { name, value in value.map { .define(name, to: $0) } }

/// An object file of Packaging/icu-data: as an input it comes ahead of the runtime's archives.
let packageLinking: [LinkerSetting] =
  Context.environment["ASSAY_ICU_TABLES"].map { [.unsafeFlags([$0])] } ?? []

let package = Package(
  name: "assay",
  products: [
    .executable(name: "assay", targets: ["assay"]),
    // Preloaded into the program under test by fault-harness.
    .library(name: "CFaults", type: .dynamic, targets: ["CFaults"]),
  ],
  traits: [
    .trait(
      name: "Classifiers",
      description: "Fit classifiers of features with XGBoost, libsvm and liblinear"),
    .default(enabledTraits: ["Classifiers"]),
  ],
  targets: [
    // The language.
    .systemLibrary(
      name: "CCrypto", path: "Sources/PipelineDSL/CLibraries/CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .target(
      name: "PipelineDSL", dependencies: ["CCrypto"], path: "Sources/PipelineDSL",
      exclude: ["CLibraries"], swiftSettings: strict),

    // The stages and the two libraries they stand on.
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/Stages/CLibraries/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", path: "Sources/Stages/CLibraries/CTurboJPEG",
      pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(
      name: "CZlib", path: "Sources/Stages/CLibraries/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CTIFF", path: "Sources/Stages/CLibraries/CTIFF", pkgConfig: "libtiff-4",
      providers: [.apt(["libtiff-dev"])]),
    .target(
      name: "CPNG", path: "Sources/Stages/CLibraries/CPNG",
      linkerSettings: [.linkedLibrary("png")]),
    .target(
      name: "Archives", dependencies: ["CZlib"], path: "Sources/Stages/Archives",
      swiftSettings: strict + kernels),
    .target(
      name: "Imaging", dependencies: ["Archives", "CTurboJPEG", "CPNG", "CTIFF"],
      path: "Sources/Stages/Imaging", swiftSettings: strict + kernels),
    .systemLibrary(name: "CInstructions", path: "Sources/Stages/CLibraries/CInstructions"),
    .target(
      name: "Neural", dependencies: ["Archives", "COpenBLAS", "CInstructions"],
      path: "Sources/Stages/Neural", swiftSettings: strict + kernels),
    .systemLibrary(
      name: "CLAPACK", path: "Sources/Stages/CLibraries/CLAPACK", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CXGBoost", path: "Sources/Stages/CLibraries/CXGBoost",
      providers: [.apt(["libxgboost-dev"])]),
    .systemLibrary(
      name: "CSVM", path: "Sources/Stages/CLibraries/CSVM", providers: [.apt(["libsvm-dev"])]),
    .systemLibrary(
      name: "CLinear", path: "Sources/Stages/CLibraries/CLinear",
      providers: [.apt(["liblinear-dev"])]),
    // Without the trait, it loads every classifier and fits only what needs no library.
    .target(
      name: "Classifiers",
      dependencies: [
        "COpenBLAS", "CLAPACK",
        .target(name: "CXGBoost", condition: .when(traits: ["Classifiers"])),
        .target(name: "CSVM", condition: .when(traits: ["Classifiers"])),
        .target(name: "CLinear", condition: .when(traits: ["Classifiers"])),
      ],
      path: "Sources/Stages/Classifiers", swiftSettings: strict + kernels),
    .target(
      name: "Synthesis", dependencies: ["Imaging"], path: "Sources/Stages/Synthesis",
      swiftSettings: strict + kernels),
    .target(
      name: "Statistics", path: "Sources/Stages/Statistics", swiftSettings: strict + kernels),
    .target(
      name: "Stages",
      dependencies: ["PipelineDSL", "Imaging", "Neural", "Classifiers", "Statistics"],
      path: "Sources/Stages",
      exclude: [
        "Archives", "Classifiers", "CLibraries", "Imaging", "Neural", "Statistics", "Synthesis",
      ],
      sources: ["Catalogue", "Prediction", "Survey"],
      resources: LabelSchemes.names.map { .embedInCode("LabelSchemes/\($0).csv") },
      swiftSettings: strict),

    // The runner: it never imports a stage.
    .systemLibrary(
      name: "CSQLite", path: "Sources/Runner/CLibraries/CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "Store", dependencies: ["PipelineDSL", "CSQLite"], path: "Sources/Runner/Store",
      swiftSettings: strict),
    .target(
      name: "Execution", dependencies: ["PipelineDSL", "Store"], path: "Sources/Runner/Execution",
      swiftSettings: strict),
    .target(
      name: "Reports", dependencies: ["PipelineDSL", "Imaging", "Statistics", "Store"],
      path: "Sources/Runner/Reports",
      resources: [.embedInCode("Assets/report.css"), .embedInCode("Assets/report.js")],
      swiftSettings: strict),
    .target(
      name: "CBuild", path: "Sources/Runner/CLibraries/CBuild", cSettings: buildFacts),
    .executableTarget(
      name: "assay",
      dependencies: [
        "CBuild", "PipelineDSL", "Stages", "Statistics", "Synthesis", "Store", "Execution",
        "Reports",
      ],
      path: "Sources/Runner/Command", swiftSettings: strict, linkerSettings: packageLinking),

    // Networks step by step, for Benchmarks/networks.py.
    .executableTarget(
      name: "network-bench", dependencies: ["Neural"], path: "Benchmarks/NetworkBench",
      swiftSettings: strict),

    // What networks compute in training, for Benchmarks/parity.py.
    .executableTarget(
      name: "network-parity", dependencies: ["Neural"], path: "Benchmarks/NetworkParity",
      swiftSettings: strict),

    // A record of many runs, for Benchmarks/runner.py.
    .executableTarget(
      name: "runner-bench", dependencies: ["PipelineDSL", "Store"], path: "Benchmarks/RunnerBench",
      swiftSettings: strict),
    // Throws damaged input at every parser; see docs/fuzzing.md.
    .target(name: "CAllocations", path: "Tests/Fuzz/CLibraries/CAllocations"),
    .executableTarget(
      name: "assay-fuzz",
      dependencies: [
        "CAllocations", "PipelineDSL", "Stages", "Imaging", "Neural", "Store", "Execution",
      ],
      path: "Tests/Fuzz", exclude: ["CLibraries"], swiftSettings: strict),

    // Does harm to the program and holds that nothing is lost; see docs/faults.md.
    .target(name: "CFaults", path: "Tests/CFaults"),
    .executableTarget(
      name: "fault-harness", dependencies: ["PipelineDSL", "Store", "Imaging", "TestSupport"],
      path: "Tests/FaultHarness", swiftSettings: strict),

    // Temporary folders, spawned programs and processes, for tests and fault-harness.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),

    // Tests mirror the sources.
    .testTarget(
      name: "PipelineDSLTests", dependencies: ["PipelineDSL", "TestSupport"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "ImagingTests", dependencies: ["Imaging"], resources: [.copy("Fixtures")],
      swiftSettings: strict + kernels),
    .testTarget(
      name: "NeuralTests", dependencies: ["Neural", "Archives"], resources: [.copy("Fixtures")],
      swiftSettings: strict + kernels),
    .testTarget(
      name: "ClassifiersTests", dependencies: ["Classifiers"], resources: [.copy("Fixtures")],
      swiftSettings: strict + kernels),
    .testTarget(
      name: "SynthesisTests", dependencies: ["Synthesis", "Imaging", "TestSupport"],
      swiftSettings: strict + kernels),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics"], resources: [.copy("Fixtures")],
      swiftSettings: strict + kernels),
    .testTarget(
      name: "StagesTests",
      dependencies: [
        "Stages", "PipelineDSL", "Imaging", "Neural", "Classifiers", "Statistics", "Synthesis",
        "TestSupport",
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "StoreTests", dependencies: ["Store", "PipelineDSL", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ExecutionTests", dependencies: ["Execution", "Store", "PipelineDSL", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Reports", "Imaging", "Statistics", "Store", "PipelineDSL"],
      swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["TestSupport"], path: "Tests/FuzzTests",
      swiftSettings: strict),
    .testTarget(
      name: "assayTests",
      dependencies: [
        "assay", "fault-harness", "PipelineDSL", "Store", "Execution", "Stages", "Imaging",
        "TestSupport",
      ],
      exclude: ["Fixtures"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
