/// Where a cell and its nucleus are in an image.
struct CellRegions: Sendable, Hashable {
  /// What a pixel shows, as in `masks.npy`.
  enum Region: UInt8, Sendable {
    case background, cytoplasm, nucleus
  }

  /// Whether each pixel belongs to the nucleus, rows from the top.
  let nucleus: [Bool]
  /// Whether each pixel belongs to the cytoplasm; `nil` if the masks do not tell it from background.
  let cytoplasm: [Bool]?

  /// The regions of a mask of the nucleus only.
  init(nucleus: [Bool]) { (self.nucleus, cytoplasm) = (nucleus, nil) }

  /// The regions of a mask with a code per pixel; `nil` if one is no code of a region.
  init?(codes: [UInt8]) {
    guard codes.allSatisfy({ Region(rawValue: $0) != nil }) else { return nil }
    nucleus = codes.map { $0 == Region.nucleus.rawValue }
    cytoplasm = codes.map { $0 == Region.cytoplasm.rawValue }
  }

  /// Whether there is a nucleus to find, and something else.
  var isUsable: Bool { nucleus.contains(true) && nucleus.contains(false) }

  /// How well a map finds the nucleus, and where its most relevant pixels lie.
  ///
  /// `top` is the share of the pixels that count as most relevant. Empty if the mask is not usable.
  func scores(
    of map: Saliency, _ order: RelevanceOrder, top: Double
  ) -> [(measure: Measure, value: Double)] {
    guard let scores = SaliencyScores(map, mask: nucleus) else { return [] }
    let pixels = order.top(top)
    func share(_ region: [Bool]) -> Double {
      Double(pixels.count { region[$0] }) / Double(pixels.count)
    }
    let inNucleus = share(nucleus)
    var values: [(measure: Measure, value: Double)] = [
      (.pixelAUROC, scores.pixelAUROC), (.energyInside, scores.energyInside),
      (.pointingGame, scores.pointingGame), (.nucleusShare, inNucleus),
    ]
    if let cytoplasm {
      let inCytoplasm = share(cytoplasm)
      values += [
        (.cytoplasmShare, inCytoplasm), (.cellShare, inNucleus + inCytoplasm),
        (.backgroundShare, 1 - inNucleus - inCytoplasm),
      ]
    }
    return values
  }
}
