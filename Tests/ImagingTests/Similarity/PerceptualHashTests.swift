import Foundation
import Imaging
import Testing

@Suite struct PerceptualHashTests {
  @Test func agreesWithSciPy() throws {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/similarity.json")
    let known = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: url))
    let image = try Reference.operations.image("image")
    let views = [
      "image": image, "large": image.resized(width: 90, height: 80),
      "mirrored": image.flippedHorizontally,
      "turned": image.oriented(.left),
    ]
    #expect(known.count == views.count)
    for (name, view) in views {
      let words = PerceptualHash(view).words
      let text = (0..<4).reversed().map { word in
        let digits = String(words[word], radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      }
      #expect(text.joined() == known[name], "\(name)")
    }
  }

  @Test func copiesAreNearAndOthersFar() {
    let image = patterned(width: 90, height: 80)
    let hash = PerceptualHash(image)
    #expect(hash.distance(to: hash) == 0)
    let copy = image.resized(width: 70, height: 62).brightened(by: 0.9)
    #expect(hash.distance(to: PerceptualHash(copy)) <= 16)
    #expect(hash.distance(to: PerceptualHash(image.flippedHorizontally)) > 60)
  }

  @Test func everyFlipAndTurnIsNear() {
    let image = Image(
      width: 90, height: 80,
      pixels: (0..<90 * 80).flatMap { at in
        let (x, y) = (at % 90, at / 90)
        return [UInt8(x * 2), UInt8((x * y / 7 + y * y / 5) % 256), UInt8(x * x / 40)]
      })
    let other = patterned(width: 90, height: 80)
    for orientation in Orientation.allCases {
      let turned = image.oriented(orientation)
      let copy = PerceptualHash(turned.resized(width: 40, height: 44).brightened(by: 0.9))
      #expect(PerceptualHash(image).turnedDistance(to: copy) <= 16, "\(orientation)")
      #expect(
        copy.turnedDistance(to: PerceptualHash(image))
          == PerceptualHash(image).turnedDistance(to: copy))
      #expect(PerceptualHash(other).turnedDistance(to: PerceptualHash(turned)) > 50)
      let plain = PerceptualHash(image).distance(to: PerceptualHash(turned))
      #expect(orientation == .upright || plain > 30, "\(orientation)")
    }
  }

  @Test func flatImagesHaveNearlyEqualHashes() {
    let hashes = [0, 1, 77, 255].map {
      PerceptualHash(Image(width: 30, height: 20, filledWith: $0))
    }
    #expect(Set(hashes.dropFirst()).count == 1)
    #expect(hashes[0].distance(to: hashes[1]) <= 1)
  }
}
