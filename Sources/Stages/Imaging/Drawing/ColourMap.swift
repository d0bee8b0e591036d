/// Colours for numbers.
public enum ColourMap {
  /// The colour of a value in 0...1 from dark blue over cyan and yellow to dark red ("jet"), as
  /// Grad-CAM overlays are usually drawn; values outside take the nearest end's, NaN the lowest.
  public static func jet(_ value: Float) -> (UInt8, UInt8, UInt8) {
    let place = value.isNaN ? 0 : min(max(value, 0), 1)
    func ramp(_ centre: Float) -> UInt8 {
      UInt8((min(max(1.5 - abs(4 * place - centre), 0), 1) * 255).rounded())
    }
    return (ramp(3), ramp(2), ramp(1))
  }
}
