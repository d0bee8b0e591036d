internal import Foundation

/// Paints the surroundings of the cell of interest, independently of that cell.
///
/// Red cells and platelets depend only on the slide and the image's own stream; a white cell
/// is painted over them afterwards. So the surroundings carry no information about the class.
struct SmearPainter {
  let look: SlideLook

  func paint(on canvas: inout Canvas, random: inout CounterRandom) {
    let density = look.redCells * random.uniform(0.65, 1.3)
    paintRedCells(density: density, on: &canvas, random: &random)
    let area = 4 * canvas.halfWidth * canvas.halfHeight
    let count = Int(look.platelets * area / 1000 * random.uniform(0, 2) + random.uniform())
    for _ in 0..<count {
      let x = canvas.halfWidth * random.uniform(-1, 1)
      let y = canvas.halfHeight * random.uniform(-1, 1)
      guard (x * x + y * y).squareRoot() > 6 else { continue }
      var own = CounterRandom(
        seed: random.next(), source: "", image: 0, purpose: "platelet")
      CellPainter(.platelet(&own), x: x, y: y, random: own).paint(on: &canvas, marks: false)
    }
  }

  private func paintRedCells(
    density: Float, on canvas: inout Canvas, random: inout CounterRandom
  ) {
    let margin: Float = 3
    let (halfWidth, halfHeight) = (canvas.halfWidth + margin, canvas.halfHeight + margin)
    let wanted = Int(density * 4 * halfWidth * halfHeight / 100)
    // The same clear space for every class: red cells avoid the centre.
    let clearing = random.uniform(6, 8.5)
    let crowding = random.uniform(0.55, 1.02)
    let size = random.uniform(3.4, 3.8)
    var placed: [SIMD3<Float>] = []
    for _ in 0..<(wanted * 12) where placed.count < wanted {
      let x = halfWidth * random.uniform(-1, 1)
      let y = halfHeight * random.uniform(-1, 1)
      let radius = size * random.uniform(0.88, 1.12)
      guard (x * x + y * y).squareRoot() > clearing else { continue }
      let free = placed.allSatisfy { other in
        let (dx, dy) = (x - other.x, y - other.y)
        let least = (radius + other.z) * crowding
        return dx * dx + dy * dy > least * least
      }
      guard free else { continue }
      placed.append(SIMD3(x, y, radius))
    }
    for cell in placed { paintRedCell(cell, on: &canvas, random: &random) }
  }

  private func paintRedCell(
    _ cell: SIMD3<Float>, on canvas: inout Canvas, random: inout CounterRandom
  ) {
    let scalloped = random.chance(look.crenation)
    let outline = Outline(
      x: cell.x, y: cell.y, radius: cell.z, elongation: random.uniform(1, 1.22),
      roughness: 0.018, frill: scalloped ? 0.035 : 0.002, random: &random)
    let amount = random.uniform(0.36, 0.47)
    let pallor = look.pallor * random.uniform(0.5, 1.1)
    let width = random.uniform(0.3, 0.55)
    canvas.visit(x: cell.x, y: cell.y, reach: outline.reach + 0.3) { canvas, x, y, index in
      let depth = outline.depth(x, y)
      let cover = canvas.coverage(depth)
      guard cover > 0 else { return }
      let portion = outline.portion(x, y)
      let pale = pallor * Texture.step(width + 0.25, width - 0.25, portion)
      let dome = 1 + 0.14 * Texture.step(0.5, 0.85, portion)
      let here = amount * dome * (1 - pale) * cover
      // Overlapping cells darken each other, but by less than two full layers.
      canvas.dyes[index].w += here * (1 - 0.35 * min(1, canvas.dyes[index].w * 2))
    }
  }
}
