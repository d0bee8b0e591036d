internal import Foundation

/// Paints one cell on a canvas.
struct CellPainter {
  let form: CellForm
  let outline: Outline
  let nucleus: NucleusShape
  private let bursting: Bool
  private let softness: Float
  private let chromatinTexture: Texture
  private let cytoplasmTexture: Texture
  private var nucleoli: [SIMD3<Float>] = []
  private var random: CounterRandom

  /// A cell of a form at a position in micrometres from the canvas's centre.
  init(_ form: CellForm, x: Float, y: Float, random: CounterRandom) {
    var random = random
    self.form = form
    outline = Outline(
      x: x, y: y, radius: form.radius, elongation: form.elongation, roughness: form.roughness,
      frill: form.frill, random: &random)
    nucleus = NucleusShape(form, cell: outline, random: &random)
    if case .smear = form.nucleus { bursting = true } else { bursting = false }
    softness = bursting ? 5 : 1
    chromatinTexture = Texture(&random)
    cytoplasmTexture = Texture(&random)
    for _ in 0..<form.chromatin.nucleoli {
      let angle = random.angle()
      let away = form.radius * random.uniform(0.05, 0.5)
      let size = form.chromatin.nucleolusRadius * random.uniform(0.75, 1.2)
      nucleoli.append(
        SIMD3(nucleus.middle.x + cos(angle) * away, nucleus.middle.y + sin(angle) * away, size))
    }
    self.random = random
  }

  /// Paints the cell over the canvas.
  ///
  /// `marks` states whether its coverage is added to the ground-truth masks.
  func paint(on canvas: inout Canvas, marks: Bool = true) {
    var random = random
    let reach = outline.reach + 0.5
    canvas.visit(x: outline.x, y: outline.y, reach: reach) { canvas, x, y, index in
      let inside = bursting ? nucleus.depth(x, y) : outline.depth(x, y)
      let cover = canvas.coverage(inside, softness: softness)
      guard cover > 0 else { return }
      let core = nucleus.depth(x, y)
      // A nucleus ends where its cell ends.
      let coreCover = bursting ? cover : min(cover, canvas.coverage(min(core, inside - 0.12)))
      var dyes = cytoplasm(x, y, depth: inside)
      if coreCover > 0 { dyes += (chromatin(x, y, depth: core) - dyes) * coreCover }
      // What lies below a white cell is slightly visible through it.
      canvas.dyes[index] = canvas.dyes[index] * (1 - 0.95 * cover) + dyes * cover
      guard marks else { return }
      canvas.cell[index] = max(canvas.cell[index], cover)
      canvas.nucleus[index] = max(canvas.nucleus[index], coreCover)
    }
    for _ in 0..<form.vacuoles { paintVacuole(on: &canvas, random: &random) }
    for granules in form.granules { paint(granules, on: &canvas, random: &random) }
    for _ in 0..<form.rods { paintRod(on: &canvas, random: &random) }
  }

  @inline(__always)
  private func cytoplasm(_ x: Float, _ y: Float, depth: Float) -> Canvas.Dyes {
    let plan = form.cytoplasm
    let mottle = 1 + plan.mottle * cytoplasmTexture.grained(x * 1.1, y * 1.1)
    // Denser at the rim, paler in the court.
    let rim = 1 + 0.3 * Texture.step(0.8, 0.1, depth)
    let (dx, dy) = (x - nucleus.court.x, y - nucleus.court.y)
    let away = (dx * dx + dy * dy).squareRoot()
    let near = Texture.step(0.42 * form.radius, 0.05 * form.radius, away)
    let pale = 1 - plan.court * near
    return Canvas.Dyes(
      plan.purple * mottle * rim, plan.blue * mottle * rim * pale,
      plan.eosin * mottle * (1 + 0.5 * plan.court * near), plan.haemoglobin)
  }

  @inline(__always)
  private func chromatin(_ x: Float, _ y: Float, depth: Float) -> Canvas.Dyes {
    let plan = form.chromatin
    let (u, v) = (x / plan.grain, y / plan.grain)
    var strength = (1 - plan.clumping) * chromatinTexture.grained(u, v)
    if plan.clumping > 0 {
      // Bent seams make chromatin look torn, not tiled.
      let bend = 0.45 * cytoplasmTexture.smooth(x * 0.9, y * 0.9)
      let block = chromatinTexture.blocks(u * 0.8 + bend, v * 0.8 - bend)
      strength += plan.clumping * (1.7 * block - 1.1)
    }
    // Condensed chromatin lines the membrane.
    let membrane = bursting ? 0 : 0.1 * Texture.step(0.7, 0.1, depth)
    var purple = plan.density * (1 + 1.3 * plan.contrast * strength + membrane)
    var blue: Float = 0.06 * plan.density
    for nucleolus in nucleoli {
      let (dx, dy) = (x - nucleolus.x, y - nucleolus.y)
      let ragged = 0.3 * chromatinTexture.smooth(x * 1.3, y * 1.3)
      let away = (dx * dx + dy * dy).squareRoot() + ragged
      let inside = Texture.step(nucleolus.z, nucleolus.z * 0.6, away)
      let ring = Texture.step(nucleolus.z * 1.5, nucleolus.z, away) - inside
      purple *= 1 - 0.34 * inside + 0.12 * max(0, ring)
      blue += 0.12 * inside
    }
    return Canvas.Dyes(max(0.05, purple), blue, bursting ? form.cytoplasm.eosin : 0.05, 0)
  }
}
