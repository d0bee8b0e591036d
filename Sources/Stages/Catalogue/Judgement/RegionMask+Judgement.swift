extension RegionMask {
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
