import Imaging
import Testing

@testable import Synthesis

/// The planted dependencies between class, look, source and part, measured on the written files.
@Suite struct PlantedShortcutsTests {
  /// The mean of a measurement for each class, in the order of the layout.
  private func means(_ set: PlantedSet, _ measure: (PlantedSet.Row) throws -> Double) rethrows
    -> [Double]
  {
    try ["ALL", "CLL", "Healthy"].map { label in
      let values = try set.rows.filter { $0.label == label }.map(measure)
      return values.reduce(0, +) / Double(values.count)
    }
  }

  @Test("groups of four have images in several given parts", arguments: Plant.Strength.allCases)
  func groups(strength: Plant.Strength) throws {
    let set = try PlantedSet([Plant(.groupStraddle, strength)], count: 240, sizeFactor: 0.25)
    let groups = Dictionary(grouping: set.rows, by: \.group)
    let large = groups.values.filter { $0.count > 1 }
    let share = Double(large.count * 4) / 240
    #expect(abs(share - Plant(.groupStraddle, strength).amount) < 0.06)
    #expect(large.allSatisfy { $0.count == 4 })
    #expect(large.allSatisfy { Set($0.map(\.label)).count == 1 })
    #expect(large.allSatisfy { Set($0.map(\.source)).count == 1 })
    #expect(large.count { Set($0.map(\.part)).count > 1 } * 2 > large.count)
    #expect(set.truth.count == large.count * 4)
  }

  @Test("the light at the border leans with the class, the more the stronger")
  func stain() throws {
    var spreads: [Double] = []
    for plants in [[]] + Plant.Strength.allCases.map({ [Plant(.stainShortcut, $0)] }) {
      let set = try PlantedSet(plants, count: 126)
      let ratios = try means(set) {
        let colour = try $0.image().borderColour
        return colour[0] / colour[2]
      }
      if !plants.isEmpty { #expect(ratios[0] < ratios[1] && ratios[1] < ratios[2]) }
      spreads.append(ratios[2] - ratios[0])
    }
    #expect(abs(spreads[0]) < 0.03, "\(spreads)")
    for (spread, amount) in zip(spreads.dropFirst(), [0.03, 0.08, 0.16]) {
      // Each side takes twice the amount from one of the two colours.
      #expect(spread > 3 * amount && spread < 7 * amount, "\(spreads)")
    }
  }

  @Test("scale bars and dark corners are on a share of the outer classes")
  func border() throws {
    let clean = try PlantedSet([], count: 60, sizeFactor: 1)
    let before = Dictionary(uniqueKeysWithValues: clean.rows.map { ($0.path, $0) })
    for strength in Plant.Strength.allCases {
      let set = try PlantedSet([Plant(.borderShortcut, strength)], count: 60, sizeFactor: 1)
      func isMarked(_ row: PlantedSet.Row) throws -> Bool {
        let image = try row.image()
        if row.label == "ALL" {
          return (image.width * 3 / 4..<image.width * 9 / 10).allSatisfy {
            image[$0, image.height - image.height / 20 - 3, 1] < 70
          }
        }
        let old = try #require(before[row.path]).image()
        return [0, image.width - 6].allSatisfy { x in
          [0, image.height - 6].allSatisfy { y in
            let corner = Rectangle(x: x, y: y, width: 6, height: 6)
            return image.cropped(to: corner).mean < 0.7 * old.cropped(to: corner).mean
          }
        }
      }
      let concerned = Set(try set.concerned(.borderShortcut).map(\.id))
      for row in set.rows {
        #expect(try isMarked(row) == concerned.contains(row.id), "\(strength) \(row.path)")
      }
      let share = Double(concerned.count) / 40
      #expect(abs(share - Plant(.borderShortcut, strength).amount) < 0.08, "\(share)")
    }
  }

  @Test("the quality of JPEG falls from class to class, and not without the plant")
  func jpeg() throws {
    func steps(_ plants: [Plant]) throws -> [Double] {
      let set = try PlantedSet(plants, count: 180, sizeFactor: 0.25)
      let means = try means(set) { row in
        let start = try #require(
          row.bytes.indices.first { row.bytes[$0] == 0xFF && row.bytes[$0 + 1] == 0xDB })
        // The first table of quantisation: the coarser, the lower the quality.
        return Double(row.bytes[start + 5..<start + 69].reduce(0) { $0 + Int($1) })
      }
      return [means[1] - means[0], means[2] - means[1]]
    }
    let clean = try steps([])
    #expect(clean.allSatisfy { abs($0) < 180 }, "\(clean)")
    var last = 0.0
    for strength in Plant.Strength.allCases {
      let found = try steps([Plant(.jpegShortcut, strength)])
      let growth = zip(found, clean).map { $0 - $1 }
      #expect(growth.allSatisfy { $0 > last }, "\(strength) \(growth)")
      last = growth.max() ?? 0
    }
  }

  @Test("the size of images grows from class to class")
  func size() throws {
    for strength in Plant.Strength.allCases {
      let set = try PlantedSet([Plant(.sizeShortcut, strength)], count: 18, sizeFactor: 1)
      let step = Plant(.sizeShortcut, strength).amount
      for row in set.rows {
        let column = try #require(["ALL", "CLL", "Healthy"].firstIndex(of: row.label))
        let edge = Int((160 * (1 + Double(column) * step)).rounded())
        let size = try ImageCodec.size(row.bytes)
        #expect(abs(size.width - edge) <= 1 && size.height == size.width)
        let mask = try #require(set.masks[row.id])
        #expect(mask.width == size.width && Set(mask.pixels) == [0, 255])
      }
    }
  }

  @Test("sources go with classes, and given parts with sources")
  func sources() throws {
    for strength in Plant.Strength.allCases {
      let amount = Plant(.sourceLabel, strength).amount
      let byLabel = try PlantedSet(
        [Plant(.sourceLabel, strength)], count: 210, sizeFactor: 0.25)
      let own = ["ALL": "lab-a", "CLL": "lab-b", "Healthy": "lab-c"]
      let share = Double(byLabel.rows.count { own[$0.label] == $0.source }) / 210
      // One third of the images that are not concerned come from that source anyway.
      #expect(abs(share - (amount + (1 - amount) / 3)) < 0.08, "\(share)")
      let byPart = try PlantedSet([Plant(.sourcePart, strength)], count: 210, sizeFactor: 0.25)
      func tests(_ source: String) -> Double {
        let rows = byPart.rows.filter { $0.source == source && $0.part != "validation" }
        return Double(rows.count { $0.part == "test" }) / Double(rows.count)
      }
      let clean = 2.0 / 9
      #expect(abs(tests("lab-c") - (amount + (1 - amount) * clean)) < 0.1)
      #expect(abs(tests("lab-a") - (1 - amount) * clean) < 0.1)
    }
  }

  @Test("outliers are dark, blurred, blank, narrow or wrongly coloured")
  func outliers() throws {
    let clean = try PlantedSet([], count: 120)
    let before = Dictionary(uniqueKeysWithValues: clean.rows.map { ($0.path, $0) })
    let set = try PlantedSet([Plant(.outlier, .high)], count: 120)
    var found: Set<String> = []
    for row in try set.concerned(.outlier) {
      let (image, old) = (try row.image(), try #require(before[row.path]).image())
      if image.width < old.width {
        found.insert("narrow")
        #expect(image.width == old.width / 3 && image.height == old.height)
      } else if image.mean < old.mean / 3 {
        found.insert("dark")
      } else if (image.pixels.max() ?? 0) - (image.pixels.min() ?? 0) < 40 {
        found.insert("blank")
        #expect(try #require(set.masks[row.id]).pixels.allSatisfy { $0 == 0 })
      } else if image.difference(to: old.withSwappedColours) < image.difference(to: old) {
        found.insert("coloured")
        #expect(image.difference(to: old.withSwappedColours) < 5, "\(row.path)")
      } else {
        found.insert("blurred")
        let share = image.sharpness / old.sharpness
        #expect(share < 0.75, "\(row.path) \(share)")
      }
    }
    #expect(found == ["narrow", "dark", "blank", "blurred", "coloured"], "\(found)")
  }
}
