internal import Foundation

/// Inclusions in the cytoplasm: granules, vacuoles and Auer rods.
extension CellPainter {
  /// A random place inside the cell, or nil if the draw fell outside.
  private func place(_ random: inout CounterRandom, margin: Float) -> SIMD2<Float>? {
    let x = outline.x + outline.reach * random.uniform(-1, 1)
    let y = outline.y + outline.reach * random.uniform(-1, 1)
    return outline.depth(x, y) > margin ? SIMD2(x, y) : nil
  }

  func paint(
    _ granules: CellForm.Granules, on canvas: inout Canvas, random: inout CounterRandom
  ) {
    // Draws fall in the square around the cell, so the square's area determines their number.
    let count = Int(granules.density * 4 * outline.reach * outline.reach)
    for _ in 0..<count {
      let radius = granules.radius * random.uniform(0.7, 1.25)
      let strength = random.uniform(0.5, 1.15)
      let seen = random.chance(granules.overNucleus)
      guard let place = place(&random, margin: radius * 0.7) else { continue }
      guard seen || nucleus.depth(place.x, place.y) < -0.1 else { continue }
      let soft = 0.7 / canvas.scale
      canvas.visit(x: place.x, y: place.y, reach: radius + soft) { canvas, x, y, index in
        let (dx, dy) = (x - place.x, y - place.y)
        let away = (dx * dx + dy * dy).squareRoot()
        let cover = Texture.step(radius + soft, radius - soft, away)
        canvas.dyes[index] += granules.dyes * (cover * strength)
      }
    }
  }

  func paintVacuole(on canvas: inout Canvas, random: inout CounterRandom) {
    let radius = random.uniform(0.35, 1)
    for _ in 0..<12 {
      guard let place = place(&random, margin: radius * 1.1),
        nucleus.depth(place.x, place.y) < -radius * 0.3
      else { continue }
      canvas.visit(x: place.x, y: place.y, reach: radius + 0.3) { canvas, x, y, index in
        let (dx, dy) = (x - place.x, y - place.y)
        let away = (dx * dx + dy * dy).squareRoot()
        let hollow = canvas.coverage(radius - away) * (1 - canvas.nucleus[index])
        canvas.dyes[index] *= 1 - 0.85 * hollow
      }
      return
    }
  }

  func paintRod(on canvas: inout Canvas, random: inout CounterRandom) {
    let half = random.uniform(1, 1.8)
    for _ in 0..<24 {
      let direction = random.angle()
      guard let middle = place(&random, margin: 0.7) else { continue }
      let along = SIMD2(cos(direction), sin(direction))
      let (a, b) = (middle - along * half, middle + along * half)
      guard outline.depth(a.x, a.y) > 0.3, outline.depth(b.x, b.y) > 0.3,
        nucleus.depth(a.x, a.y) < 0, nucleus.depth(middle.x, middle.y) < 0,
        nucleus.depth(b.x, b.y) < 0
      else { continue }
      canvas.visit(x: middle.x, y: middle.y, reach: half + 0.5) { canvas, x, y, index in
        let offset = SIMD2(x, y) - middle
        let length = (offset * along).sum()
        let across = abs(offset.x * along.y - offset.y * along.x)
        // Pointed at both ends.
        let width = 0.26 * max(0, 1 - (length / half) * (length / half)).squareRoot()
        let cover = canvas.coverage(width - across)
        canvas.dyes[index] += Canvas.Dyes(0.7, 0, 0.5, 0) * cover
      }
      return
    }
  }
}
