internal import PipelineDSL

extension DatasetFacts {
  /// All sets that are recognised; if several could own a file, the first one does.
  static let all = [
    allIDB1, allIDB2, cNMC, helmholtz, lmu, pbc, bloodMNIST, bloodCellCopies, bloodCellPhotographs,
    taleqani, taleqaniSegmented, multiCancer, lymphoma, raabin, taleqaniSister, fab, fiveClass,
  ]

  // MARK: The sources of paper A

  static let allIDB1 = allIDB(
    1, folders: ["im", "img", "xyc"], counts: [49, 59],
    layout: "ALL_IDB1/im/Im001_1.jpg to Im108_0.jpg",
    caution: nil)
  static let allIDB2 = allIDB(
    2, folders: ["im", "img"], counts: [130, 130],
    layout: "ALL_IDB2/img/Im001_1.tif to Im260_0.tif",
    caution: "cells are crops of ALL_IDB1's fields: keep the two on one side of a split")

  private static func allIDB(
    _ number: Int, folders: Set<String>, counts: [Int], layout: String, caution: String?
  ) -> DatasetFacts {
    DatasetFacts(
      name: "ALL_IDB\(number)", kind: IngestALLIDB.name, source: "all-idb\(number)",
      origin: "https://scotti.di.unimi.it/all (on request)",
      layout: layout, folders: folders,
      owns: { path, shape in
        shape.hasPrefix("im9_9.") && IngestALLIDB.isSecond(path) == (number == 2)
      },
      read: { (files, _) in SetReading(IngestALLIDB.roles(files), source: "all-idb\(number)") },
      counts: DatasetFacts.counts(["ALL", "Healthy"], counts), numbering: .bySection([""]),
      caution: caution)
  }

  static let cNMC = DatasetFacts(
    name: "C-NMC 2019", kind: IngestCNMC.name, source: "c-nmc",
    origin: "https://doi.org/10.7937/tcia.2019.dc64i46r",
    layout: "BMP files UID_<subject>_<image>_<cell>_{all,hem}.bmp, or numbered ones with the "
      + "challenge's labels CSV (Patient_ID, new_names, labels) beside or inside their folder",
    folders: phases.union([
      "c nmc training data", "training data", "fold 0", "fold 1", "fold 2", "all", "hem",
    ]),
    owns: { path, shape in
      shape.hasPrefix("uid_") && shape.hasSuffix(".bmp")
        || shape == "9.bmp" && path.dropLast().contains { phases.contains(LabelMap.folded($0)) }
    },
    read: { (files, _) throws(StageError) in SetReading(try IngestCNMC.roles(files)) },
    section: { _, part in
      part == .train ? "training" : part == .test ? "preliminary phase" : ""
    },
    counts: counts(["all", "hem"], [7272, 3389], section: "training")
      + counts(["all", "hem"], [1219, 648], section: "preliminary phase"),
    numbering: .bySection(["preliminary phase"]),
    expectedReasons: ["the final test phase"])
  private static let phases: Set = [
    "c nmc test prelim phase data", "validation data", "prelim", "c nmc test final phase data",
    "testing data", "final",
  ]

  static let helmholtz = DatasetFacts(
    name: "AML-Cytomorphology_MLL_Helmholtz", kind: IngestMLL.name,
    parameters: ["collection": "helmholtz"], source: "mll-helmholtz",
    origin: "https://doi.org/10.7937/6ppe-4020",
    layout: "data/{control,NPM1,CBFB_MYH11,RUNX1_RUNX1T1,PML_RARA}/<patient>/image_<n>.tif",
    folders: Set(IngestMLL.diagnoses.keys).union(["data"]),
    needed: Set(IngestMLL.diagnoses.keys),
    owns: { $1 == "image_9.tif" || $1 == "image_9.tiff" },
    read: { (files, _) throws(StageError) in SetReading(try IngestMLL.helmholtz(files)) },
    counts: [Count(images: 81_214)], groups: ("patients", 189))

  static let lmu = DatasetFacts(
    name: "AML-Cytomorphology_LMU", kind: IngestMLL.name, parameters: ["collection": "lmu"],
    source: "mll-lmu", origin: "https://doi.org/10.7937/tcia.2019.36f5o9ld",
    layout: "AML-Cytomorphology/<class>/<class>_<digits>.tiff",
    folders: Set(IngestMLL.cellTypes.map { $0.lowercased() }).union(["aml cytomorphology"]),
    needed: Set(IngestMLL.cellTypes.map { $0.lowercased() }),
    owns: { $1.dropFirst(3).hasPrefix("_9") && isTIFF($1) },
    read: { (files, _) in SetReading(IngestMLL.lmu(files)) },
    counts: counts(
      IngestMLL.cellTypes,
      [79, 78, 424, 15, 11, 3937, 15, 26, 1789, 42, 3268, 109, 8484, 18, 70]),
    numbering: .byLabel)

  /// Counts per class from Kouzehkanan and others 2022; no total of Test-B is published with them.
  static let raabin = DatasetFacts(
    name: "Raabin-WBC", kind: IngestRaabin.name, source: "raabin",
    origin: "https://raabindata.com/free-data",
    layout: "Train, TestA (or Test-A) and TestB with folders "
      + IngestRaabin.types.joined(separator: ", "),
    folders: raabinParts.union(IngestRaabin.types.map { $0.lowercased() }),
    needed: raabinParts, owns: { isImage($1) && !$1.hasPrefix("_") },
    read: { (files, _) in SetReading(IngestRaabin.roles(files)) },
    section: { path, part in
      part == .train
        ? "Train" : path.contains { LabelMap.folded($0).hasSuffix("b") } ? "TestB" : "TestA"
    },
    counts: counts(IngestRaabin.types, [212, 744, 2427, 561, 6231], section: "Train")
      + counts(IngestRaabin.types, [89, 322, 1034, 234, 2660], section: "TestA"))
  private static let raabinParts: Set = ["train", "testa", "test a", "testb", "test b"]

  static let pbc = DatasetFacts(
    name: "PBC_dataset_normal_DIB", kind: IngestPBC.name, source: "pbc",
    origin: "https://doi.org/10.17632/snkd93bnjr.1",
    layout: "folders " + IngestPBC.types.joined(separator: ", ") + " with JPEG files",
    folders: Set(IngestPBC.types), needed: Set(IngestPBC.types),
    owns: { pbcNames.contains($1.prefix { $0 != "." }) && isImage($1) },
    read: { (files, _) throws(StageError) in SetReading(try IngestPBC.roles(files)) },
    counts: counts(IngestPBC.types, [1218, 3117, 1551, 2895, 1214, 1420, 3329, 2348]))
  private static let pbcNames: Set<Substring> = [
    "ba_9", "eo_9", "erb_9", "ig_9", "mmy_9", "my_9", "pmy_9", "ly_9", "mo_9", "bne_9", "sne_9",
    "neutrophil_9", "platelet_9",
  ]

  static let bloodMNIST = DatasetFacts(
    name: "BloodMNIST", kind: IngestBloodMNIST.name, source: "bloodmnist",
    origin: "https://medmnist.com",
    layout: IngestBloodMNIST.layout, owns: { IngestBloodMNIST.isArchive($1) },
    read: IngestBloodMNIST.reading, section: { _, part in part?.rawValue ?? "" },
    counts: [
      Count(section: "train", images: 11_959), Count(section: "validation", images: 1712),
      Count(section: "test", images: 3421),
    ],
    caution: "the cells are the same as in PBC: keep the two on one side of a split")

  /// Counts per class from Mooney 2018.
  static let bloodCellCopies = DatasetFacts(
    name: "Kaggle blood-cells, dataset2", kind: IngestBloodCellImages.name,
    parameters: ["collection": "dataset2"], source: "blood-cell-images",
    origin: "https://www.kaggle.com/datasets/paultimothymooney/blood-cells",
    layout: bloodCellLayout,
    folders: Set(IngestBloodCellImages.types.map { $0.lowercased() })
      .union(["images", "train", "test", "test simple", "dataset2 master"]),
    needed: Set(IngestBloodCellImages.types.map { $0.lowercased() }),
    owns: { $1 == "_9_9.jpeg" || $1 == "_9_9.jpg" },
    read: { (files, _) throws(StageError) in
      SetReading(try IngestBloodCellImages.roles(files, .copies))
    },
    section: { path, _ in
      path.last { ["TRAIN", "TEST", "TEST_SIMPLE"].contains($0.uppercased()) }?.uppercased() ?? ""
    },
    counts: counts(bloodTypes, [2497, 2483, 2478, 2499], section: "TRAIN")
      + counts(bloodTypes, [623, 620, 620, 624], section: "TEST"),
    expectedReasons: ["a photograph"],
    caution: "about 35 copies of each photograph: let 'split' keep groups together")
  private static let bloodCellLayout =
    "dataset2-master/images/{TRAIN,TEST,TEST_SIMPLE}/<type>/_<photograph>_<random>.jpeg, or "
    + "dataset-master/JPEGImages/BloodImage_<number>.jpg with labels.csv"
  private static let bloodTypes = ["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL"]

  static let bloodCellPhotographs = DatasetFacts(
    name: "Kaggle blood-cells, dataset-master", kind: IngestBloodCellImages.name,
    parameters: ["collection": "dataset-master"], source: "blood-cell-photographs",
    origin: "https://www.kaggle.com/datasets/paultimothymooney/blood-cells",
    layout: bloodCellLayout,
    folders: ["jpegimages", "annotations", "dataset master"],
    owns: { ["bloodimage_9.jpg", "bloodimage_9.jpeg", "bloodimage_9.xml"].contains($1) },
    read: { (files, _) throws(StageError) in
      SetReading(try IngestBloodCellImages.roles(files, .photographs))
    },
    expectedReasons: ["labels.csv has no cell type", "labels.csv has several", "not a photograph"],
    caution: "dataset2's images are copies of these: keep the two on one side of a split")

  // MARK: The other sets the papers use

  static let taleqani = taleqani("Taleqani", .original)
  static let taleqaniSegmented = taleqani("Taleqani, segmented", .segmented)
  private static let taleqaniLayout =
    "folders Benign, Early, Pre and Pro, or Benign, [Malignant] early Pre-B, ..."
  private static let stages = ["Benign", "Early", "Pre", "Pro"]

  private static func taleqani(
    _ name: String, _ form: IngestTaleqani.Form
  ) -> DatasetFacts {
    DatasetFacts(
      name: name, kind: IngestTaleqani.name, parameters: ["images": .string(form.rawValue)],
      source: form == .original ? "taleqani" : "taleqani-segmented",
      origin: "https://www.kaggle.com/datasets/mehradaria/leukemia",
      layout: taleqaniLayout,
      folders: ["original", "segmented", "benign", "early", "pre", "pro"],
      needed: ["benign", "early", "pre", "pro"],
      owns: { path, shape in
        // Brackets belong to the sister release.
        shape.hasPrefix("wbc-") && isImage(shape) && !path.contains { $0.contains("[") }
          && IngestTaleqani.isSegmented(path) == (form == .segmented)
      },
      read: { (files, _) in SetReading(IngestTaleqani.roles(files, form)) },
      counts: counts(stages, [504, 985, 963, 804]), numbering: .byLabel,
      expectedReasons: ["a segmented image", "an original image"],
      caution: "the published set holds 40 groups of exact duplicates")
  }

  /// The release with bracketed folder names, for which no counts per class are known.
  static let taleqaniSister = DatasetFacts(
    name: "Taleqani, sister release", kind: IngestTaleqani.name, source: "taleqani",
    origin: "https://www.kaggle.com/datasets/mohammadamireshraghi/blood-cell-cancer-all-4class",
    layout: taleqaniLayout, folders: Set(IngestTaleqani.classes.keys),
    needed: Set(IngestTaleqani.classes.keys), owns: { isImage($1) },
    accepts: { !$0.isDisjoint(with: ["early pre b", "pre b", "pro b"]) },
    read: { (files, _) in SetReading(IngestTaleqani.roles(files, .original)) },
    caution: "the same photographs as Taleqani's: keep the two on one side of a split")

  static let multiCancer = DatasetFacts(
    name: "Multi-cancer ALL", kind: IngestMultiCancer.name, source: "multi-cancer",
    origin: "https://www.kaggle.com/datasets/obulisainaren/multi-cancer",
    layout: "folders all_benign, all_early, all_pre and all_pro",
    folders: Set(IngestMultiCancer.classes.keys).union(["all"]),
    needed: Set(IngestMultiCancer.classes.keys), owns: { isImage($1) },
    read: { (files, _) in SetReading(IngestMultiCancer.roles(files)) },
    counts: counts(
      ["all_benign", "all_early", "all_pre", "all_pro"], [5000, 5000, 5000, 5000]),
    caution: "images are altered copies of Taleqani's: keep the two on one side of a split")

  static let lymphoma = DatasetFacts(
    name: "Lymphoma", kind: IngestLymphoma.name, source: "lymphoma",
    origin: "https://www.kaggle.com/datasets/andrewmvd/malignant-lymphoma-classification",
    layout: "folders CLL, FL and MCL with TIFF files", folders: ["cll", "fl", "mcl"],
    needed: ["cll", "fl", "mcl"], owns: { isTIFF($1) },
    accepts: { !$0.isDisjoint(with: ["fl", "mcl"]) },
    read: { (files, _) in SetReading(IngestLymphoma.roles(files)) },
    counts: counts(["CLL", "FL", "MCL"], [113, 139, 122]))

  static let fab = DatasetFacts(
    name: "FAB L1-L3", kind: IngestFAB.name, source: "fab", layout: "folders L1, L2 and L3",
    folders: ["l1", "l2", "l3"], needed: ["l1", "l2", "l3"], owns: { isImage($1) },
    accepts: { $0.count >= 2 },
    read: { (files, _) in SetReading(IngestFAB.roles(files)) },
    counts: counts(["L1", "L2", "L3"], [50, 50, 50]))

  /// Labels are the folders' own spellings, so only the total is compared with the published one.
  static let fiveClass = DatasetFacts(
    name: "Five-class set", kind: IngestFiveClass.name, source: "five-class",
    layout: "folders ALL, AML, CLL, CML and H (or Healthy, or normal)",
    folders: Set(IngestFiveClass.names).union(["train", "test", "val", "validation"]),
    needed: Set(IngestFiveClass.names), owns: { isImage($1) },
    accepts: { $0.intersection(IngestFiveClass.names).count >= 3 },
    read: { (files, _) in SetReading(IngestFiveClass.roles(files)) },
    counts: [Count(images: 20_000)])

  // MARK: Sets without a name

  /// Any folder with one sub-folder per class.
  static let imageFolder = DatasetFacts(
    name: "class folders", kind: IngestImageFolder.name, source: "images",
    layout: "one folder per class, with images below it", owns: { isImage($1) },
    read: { (files, _) in SetReading(IngestImageFolder.roles(files, depth: 1)) })

  /// Any folder with a table of its images.
  static let manifest = DatasetFacts(
    name: "images with manifest.csv", kind: IngestManifest.name, source: "manifest",
    layout: "images listed in the table", owns: { isImage($1) },
    read: { (files, _) throws(StageError) in
      SetReading(try IngestManifest.roles(files, table: "manifest.csv"))
    })

  // MARK: Names

  /// Whether a name is that of an image file.
  static func isImage(_ name: String) -> Bool {
    Ingest.imageExtensions.contains(name.pathExtension)
  }

  private static func isTIFF(_ name: String) -> Bool {
    ["tif", "tiff"].contains(name.pathExtension)
  }
}
