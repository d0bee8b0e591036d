internal import Foundation
internal import Imaging

/// Converts dyes on glass to a camera image: light, absorption, blur, sensor noise.
struct Microscope: Sendable {
  /// `exp(-x)` for optical densities 0..<8 in steps of 1/512: off by a quarter of a grey level at
  /// most, and several times faster than the function.
  private static let transmission: [Float] = (0..<4096).map { exp(-(Float($0) + 0.5) / 512) }

  let look: SlideLook

  /// An RGB image of the canvas.
  ///
  /// `blackBackground` keeps only what the cell covers.
  func image(of canvas: Canvas, blackBackground: Bool, random: inout CounterRandom) -> Image {
    var light = exposed(canvas, blackBackground: blackBackground, random: &random)
    let weight = random.uniform(0.05, 0.2)
    Self.blur(&light, width: canvas.width, height: canvas.height, weight: weight)
    let noise = look.noise * random.uniform(0.7, 1.3)
    let key = random.next()
    var pixels = [UInt8](repeating: 0, count: light.count * 3)
    for index in light.indices {
      if blackBackground && canvas.cell[index] < 0.5 { continue }
      let value = light[index] + Self.grain(key &+ UInt64(index)) * noise
      let level = Self.limited(value + 0.5, to: 255)
      pixels[3 * index] = UInt8(level.x)
      pixels[3 * index + 1] = UInt8(level.y)
      pixels[3 * index + 2] = UInt8(level.z)
    }
    return Image(width: canvas.width, height: canvas.height, pixels: pixels)
  }

  /// The transmitted light, uneven over the field as from an off-centre lamp.
  private func exposed(
    _ canvas: Canvas, blackBackground: Bool, random: inout CounterRandom
  ) -> [SIMD4<Float>] {
    let exposure = 1 + look.exposureSpread * random.bell()
    let tilt = random.angle()
    let fall = random.uniform(0, 0.05)
    let (slopeX, slopeY) = (cos(tilt) * fall, sin(tilt) * fall)
    let vignette = random.uniform(0, 0.05)
    let (width, height) = (Float(canvas.width), Float(canvas.height))
    var light = [SIMD4<Float>](repeating: .zero, count: canvas.dyes.count)
    for row in 0..<canvas.height {
      let v = (Float(row) + 0.5) / height * 2 - 1
      for column in 0..<canvas.width {
        let u = (Float(column) + 0.5) / width * 2 - 1
        let index = row * canvas.width + column
        if blackBackground && canvas.cell[index] == 0 { continue }
        let gain = exposure * (1 + slopeX * u + slopeY * v - vignette * (u * u + v * v))
        light[index] = look.light * gain * passing(canvas.dyes[index])
      }
    }
    return light
  }

  @inline(__always)
  private func passing(_ dyes: Canvas.Dyes) -> SIMD4<Float> {
    let first = look.purple * dyes.x + look.blue * dyes.y
    let second = look.eosin * dyes.z + look.haemoglobin * dyes.w
    let place = Self.limited((first + second) * 512, to: 4095)
    return SIMD4(
      Self.transmission[Int(place.x)], Self.transmission[Int(place.y)],
      Self.transmission[Int(place.z)], 0)
  }

  /// The values clamped to 0...`most`; the library's `clamped` costs one call per lane.
  @inline(__always)
  private static func limited(_ values: SIMD4<Float>, to most: Float) -> SIMD4<Float> {
    let high = SIMD4<Float>(repeating: most)
    let low = SIMD4<Float>(repeating: 0)
    return values.replacing(with: low, where: values .< low)
      .replacing(with: high, where: values .> high)
  }

  /// A three-tap blur along both axes, with edges repeated.
  private static func blur(
    _ light: inout [SIMD4<Float>], width: Int, height: Int, weight: Float
  ) {
    let middle = 1 - 2 * weight
    for row in 0..<height {
      let start = row * width
      var before = light[start]
      for column in 0..<width {
        let here = light[start + column]
        let after = light[start + min(width - 1, column + 1)]
        light[start + column] = here * middle + (before + after) * weight
        before = here
      }
    }
    var above = Array(light[0..<width])
    for row in 0..<height {
      let below = min(height - 1, row + 1) * width
      for column in 0..<width {
        let index = row * width + column
        let here = light[index]
        light[index] = here * middle + (above[column] + light[below + column]) * weight
        above[column] = here
      }
    }
  }

  /// Three bell-shaped numbers of variance about 1 from one hash (sum of two uniforms each).
  @inline(__always)
  private static func grain(_ place: UInt64) -> SIMD4<Float> {
    let bits = CounterRandom.mix(place)
    @inline(__always) func ten(_ shift: UInt64) -> Float { Float((bits >> shift) & 0x3FF) }
    let sums = SIMD4(ten(0) + ten(10), ten(20) + ten(30), ten(40) + ten(50), 1023)
    return (sums - 1023) * (2.449_49 / 1023)
  }
}
