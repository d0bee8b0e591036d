import Foundation
import Imaging
import Testing
@testable import Synthesis

@Test func scratchGallery() throws {
  let mask = ProcessInfo.processInfo.environment["MASK"] != nil
  let kinds = CellKind.allCases
  let n = 8
  for (name, source, frame) in [
    ("pbc", SyntheticDataset.Source.pbc, Frame(width: 180*1, height: 180, scale: 6.5)),
    ("five", .fiveClass, Frame(width: 180, height: 180, scale: 7.5)),
    ("cnmc", .cNMC, Frame(width: 450, height: 450, scale: 16, blackBackground: true)),
    ("mnist", .bloodMNIST, Frame(width: 28, height: 28, scale: 28.0/24, reduction: 4)),
  ] {
    let W = frame.width + 2
    var sheet = Image(width: W * n, height: W * kinds.count)
    let start = ContinuousClock.now
    for (r, k) in kinds.enumerated() {
      for c in 0..<n {
        let look = SlideLook.drawn(for: source, slide: c, seed: 3)
        let s = Specimen.drawn(k, frame: frame, look: look, seed: 3, source: name, image: c)
        for y in 0..<frame.height { for x in 0..<frame.width { for ch in 0..<3 {
          var v = s.image[x, y, ch]
          if mask, s.nucleus[x, y, 0] > 0, ch == 1 { v = 255 }
          sheet[c * W + x, r * W + y, ch] = v } } }
      }
    }
    print(name, (ContinuousClock.now - start) / (kinds.count * n))
    try Data(PNGCodec.encode(sheet)).write(to: URL(fileURLWithPath: "/tmp/syn_\(name).png"))
  }
}
