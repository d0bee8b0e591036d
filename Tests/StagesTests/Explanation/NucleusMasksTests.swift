import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct NucleusMasksTests {
  private let scene: ExplanationScene

  init() throws { scene = try ExplanationScene() }

  private func masks(_ root: String) throws -> NucleusMasks {
    try NucleusMasks(try StageHarness.snapshot(of: root))
  }

  private func mask(_ masks: NucleusMasks, _ box: Rectangle) throws -> [Bool]? {
    try masks.mask(
      of: "000", crop: CropTransform(originalWidth: 64, originalHeight: 32, box: box),
      width: 16, height: 16)
  }

  @Test func maskFollowsTheCrop() throws {
    let masks = try masks(scene.masks(of: [0]))
    let found = try #require(
      try mask(masks, Rectangle(x: 32, y: 0, width: 32, height: 32)))
    for y in 0..<16 {
      for x in 0..<16 {
        #expect(found[y * 16 + x] == ((4..<8).contains(y) && (3..<7).contains(x)), "\(x), \(y)")
      }
    }
    #expect(masks.contains("000") && !masks.contains("111"))
    // The cells of a field share its mask.
    #expect(masks.contains("000#002") && !masks.contains("111#001"))
    let cell = try masks.mask(
      of: "000#002",
      crop: CropTransform(
        originalWidth: 64, originalHeight: 32, box: Rectangle(x: 32, y: 0, width: 32, height: 32)),
      width: 16, height: 16)
    #expect(cell == found)
    #expect(
      try masks.mask(
        of: "111", crop: scene.images.crop(1), width: 16, height: 16) == nil)
  }

  @Test func repeatsTheBorderBeyondTheOriginal() throws {
    var mask = Image(width: 4, height: 2, channels: 1)
    (mask[3, 0, 0], mask[3, 1, 0]) = (255, 255)
    let root = try scene.harness.write(
      [
        ("masks.csv", Array("id,path\na,a.png\n".utf8)), ("a.png", try PNGCodec.encode(mask)),
      ], under: "border")
    let found = try masks(root).mask(
      of: "a",
      crop: CropTransform(
        originalWidth: 4, originalHeight: 2, box: Rectangle(x: 2, y: 0, width: 4, height: 2)),
      width: 4, height: 2)
    #expect(found == [false, true, true, true, false, true, true, true])
  }

  @Test func maskOfAnotherSizeIsReported() throws {
    let masks = try masks(scene.masks(of: [0], width: 40))
    let failure = #expect(throws: StageError.self) {
      try mask(masks, Rectangle(x: 32, y: 0, width: 32, height: 32))
    }
    #expect(failure?.reason.contains("mask m/0.png is 40 x 32, but the original") == true)
  }

  @Test func invalidFoldersAreReported() throws {
    for (name, list, part) in [
      ("absent", nil, "no masks.csv"),
      ("columns", "id,file\na,b\n", "no column 'path'"),
      ("gone", "id,path\na,b.png\n", "no such file in the folder: b.png"),
      ("twice", "id,path\na,x\na,x\n", "duplicate id a"),
    ] {
      var files: [(path: String, bytes: [UInt8])] = [("x", [])]
      if let list { files.append(("masks.csv", Array(list.utf8))) }
      let root = try scene.harness.write(files, under: name)
      let failure = #expect(throws: StageError.self) { try masks(root) }
      #expect(failure?.reason.contains(part) == true, "\(name)")
    }
  }
}
