/// What the contact sheets of the stages show, by the kind of stage.
enum SheetTexts {
  /// The heading and the explanation of a sheet.
  static func text(kind: String) -> (title: String, about: String)? {
    switch kind {
    case "crop-normalise":
      (
        "Before and after the crop",
        "In each pair, left the original with the box of each crop in green, right its first crop. All classes "
          + "have equally many pairs."
      )
    case "augment":
      (
        "Augmentation",
        "In each row, first the crop, then its views 0, 1, 2 and so on, as training sees them."
      )
    case "segment-nucleus":
      ("Segmentation", "Crops with the outline of the cell in green and of its nucleus in yellow.")
    default: nil
    }
  }
}
