/// `count` numbers in [-0.5, 0.5), the same as `formula` in Fixtures/formula.py.
func formula(_ count: Int, salt: Int) -> [Float] {
  (0..<count).map { index in
    var x = UInt32(truncatingIfNeeded: index + salt * 1_000_003)
    x = x &* 2_654_435_761
    x ^= x >> 15
    x = x &* 2_246_822_519
    x ^= x >> 13
    return Float(Double(x) / 4_294_967_296 - 0.5)
  }
}
