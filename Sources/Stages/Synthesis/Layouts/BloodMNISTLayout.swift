internal import Imaging

/// BloodMNIST (Yang 2023): one archive of eight types at 28 x 28.
enum BloodMNISTLayout {
  static let root = "BloodMNIST"
  private static let file = root + "/bloodmnist.npz"
  private static let slides = 12
  private static let edge = 28

  /// Each block of ten images has one type: seven for training, one for validation, two for
  /// testing.
  private static func part(_ position: Int) -> String {
    switch position % 10 {
    case 0..<7: "train"
    case 7: "val"
    default: "test"
    }
  }

  static func images(_ count: Int, seed: UInt64) -> [PlannedImage] {
    let frame = Frame(width: edge, height: edge, scale: Float(edge) / 24, reduction: 4)
    let looks = (0..<slides).map { SlideLook.drawn(for: .bloodMNIST, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let block = position / 10
      let type = PBCLayout.types[block % PBCLayout.types.count]
      let number = block / PBCLayout.types.count * 10 + position % 10
      let (kind, _) = PBCLayout.cell(
        type, number: number, stream: "bloodmnist/\(type)", seed: seed)
      return PlannedImage(
        source: .bloodMNIST, label: type, number: number, kind: kind, frame: frame,
        look: looks[number % slides], path: "\(root)/\(part(position))")
    }
  }

  /// Writes the archive and the masks; returns the masks' rows, whose ids name a row of a member.
  static func write(
    _ cells: [Specimen], of images: [PlannedImage], to output: OutputFolder,
    digest: @Sendable ([UInt8]) -> String
  ) throws(SynthesisError) -> [MaskRow] {
    do {
      var members: [(String, NPYArray)] = []
      var rows: [MaskRow] = []
      for part in ["train", "val", "test"] {
        let own = images.indices.filter { images[$0].path == "\(root)/\(part)" }
        members.append(
          (
            "\(part)_images",
            NPYArray(
              uint8: own.flatMap { cells[$0].image.pixels }, shape: [own.count, edge, edge, 3])
          ))
        let labels = own.map { UInt8(PBCLayout.types.firstIndex(of: images[$0].label) ?? 0) }
        members.append(("\(part)_labels", NPYArray(uint8: labels, shape: [own.count, 1])))
        for (row, index) in own.enumerated() {
          let path = images[index].maskPath
          try output.write(PNGCodec.encode(cells[index].nucleus), "masks/" + path)
          rows.append(MaskRow(id: "\(part)/\(row)", path: path))
        }
      }
      let bytes = try NPZArchive.encode(members, deflated: true)
      try output.write(bytes, file)
      let hex = digest(bytes)
      return rows.map { MaskRow(id: "\(hex):\($0.id)", path: $0.path) }
    } catch let problem as SynthesisError {
      throw problem
    } catch {
      throw SynthesisError("cannot write \(file): \(error)")
    }
  }
}
