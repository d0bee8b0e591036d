internal import Foundation
internal import Imaging
internal import PipelineDSL

/// Raabin-WBC: five types of normal white cells, double-labelled, in Train, TestA and TestB.
///
/// The part is that of the data set. The group is the slide, the first part of a name such as
/// `95-8-27-1_176_1.jpg`, or the date in one such as `20190531_113612_0.jpg`; a bare number gives
/// no group.
struct IngestRaabin: IngestKind {
  static let name = "ingest/raabin"
  static let revision = 2
  static let summary = "Reads Raabin-WBC: Train, TestA and TestB, groups by slide."
  static let source = "Kouzehkanan et al. 2022, Scientific Reports 12"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  static let types = ["Basophil", "Eosinophil", "Lymphocyte", "Monocyte", "Neutrophil"]

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    try Ingest(.raabin).run(context, roles: Self.roles(try IngestFiles(context)))
  }

  static func roles(_ files: IngestFiles) -> [FileRole] {
    Ingest.roles(files, classes: types.byFoldedName) { parts, label in
      let folders = parts.dropLast().map { $0.lowercased().replacing("-", with: "") }
      let words = (parts.last ?? "").split(separator: ".")[0].split(separator: "_")
      let part: Part? =
        folders.contains("train")
        ? .train
        : folders.contains { ["testa", "testb"].contains($0) } ? .test : nil
      return .sample(
        nativeLabel: label, group: words.count >= 3 ? "raabin:\(words[0])" : "", part: part)
    }
  }
}
