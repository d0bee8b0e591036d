/// Contact sheets and other images that stages write beside their results.
enum SheetsSection: ReportSection {
  static let (id, title) = ("sheets", "Contact sheets")

  static func body(_ context: ReportContext) -> HTML? {
    let albums = context.pictures.sheets
    return albums.isEmpty ? nil : HTML(albums.map(ExplanationsSection.html))
  }
}
