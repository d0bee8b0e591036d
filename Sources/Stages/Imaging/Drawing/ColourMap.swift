/// Maps numbers to colours.
public enum ColourMap {
  /// The colour of a value in 0...1, from dark blue through cyan and yellow to dark red ("jet").
  ///
  /// Grad-CAM overlays are usually drawn with it. Values outside are clamped, NaN is 0.
  public static func jet(_ value: Float) -> (UInt8, UInt8, UInt8) {
    let place = value.isNaN ? 0 : min(max(value, 0), 1)
    func ramp(_ centre: Float) -> UInt8 {
      UInt8((min(max(1.5 - abs(4 * place - centre), 0), 1) * 255).rounded())
    }
    return (ramp(3), ramp(2), ramp(1))
  }
}
