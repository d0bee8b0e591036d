/// Standardisation and principal components, fitted on the training rows.
public struct FeatureTransform: Sendable {
  /// The name that its file should have.
  public static let file = "transform.bin"
  private static let magic: StaticString = "assayft1"

  /// The number of features of a row that it takes.
  public let width: Int

  /// The number of features of a row that it gives.
  public let outputWidth: Int

  /// nil: rows are passed on unchanged.
  private let standardisation: Standardisation?
  /// Row-major: components x width; empty: no components.
  private let components: [Float]

  /// Fits it to training rows of `width` features, in double precision.
  ///
  /// With `standardise`, the mean is subtracted and the rest divided by the population's standard
  /// deviation, or by 1 where a feature is constant. `components`: the number of principal
  /// components to keep, of what the first step gives; nil keeps all features as they are. Throws
  /// if there are no rows, a feature is not finite, or there are fewer components: more than
  /// min(rows - 1, width), or than have variance.
  public init(
    fitting rows: [Float], width: Int, standardise: Bool, components: Int?
  ) throws(ClassifierError) {
    guard width > 0, !rows.isEmpty else {
      throw ClassifierError("there are no training rows to fit a transform to")
    }
    let count = try RowCheck.count(rows, width: width, name: "training row")
    self.width = width
    guard let components else {
      outputWidth = width
      standardisation = standardise ? Standardisation(rows, width: width, divides: true) : nil
      self.components = []
      return
    }
    let most = min(count - 1, width)
    guard components >= 1, components <= most else {
      throw ClassifierError(
        "\(components) principal components of \(count) rows x \(width) features do not exist",
        hint: most < 1 ? "there must be two rows" : "ask for 1 to \(most)")
    }
    let standardisation = Standardisation(rows, width: width, divides: standardise)
    self.standardisation = standardisation
    self.components = try PrincipalComponents.fit(rows, standardisation, count: components)
    outputWidth = components
  }

  /// Transforms rows; a row's result does not depend on the others.
  ///
  /// `rows` must be whole rows of `width` features. Features that are not finite stay so.
  public func apply(_ rows: [Float]) -> [Float] {
    guard let standardisation else { return rows }
    let count = rows.count / width
    var output: [Float] = []
    output.reserveCapacity(count * outputWidth)
    var buffer = [Double](repeating: 0, count: width)
    rows.withUnsafeBufferPointer { rows in
      components.withUnsafeBufferPointer { components in
        buffer.withUnsafeMutableBufferPointer { buffer in
          guard let input = rows.baseAddress, let row = buffer.baseAddress else { return }
          for index in 0..<count {
            standardisation.write(input + index * width, 0..<width, to: row)
            guard let first = components.baseAddress, !components.isEmpty else {
              for value in buffer { output.append(Float(value)) }
              continue
            }
            for place in 0..<outputWidth {
              output.append(Float(VectorKernels.dot(row, first + place * width, width)))
            }
          }
        }
      }
    }
    return output
  }

  /// The gradient with respect to a row, from the gradient with respect to its result.
  ///
  /// `gradient` must have `outputWidth` numbers.
  public func pullBack(_ gradient: [Float]) -> [Float] {
    guard let standardisation else { return gradient }
    var sums = gradient.map(Double.init)
    if !components.isEmpty {
      sums = [Double](repeating: 0, count: width)
      components.withUnsafeBufferPointer { components in
        guard let first = components.baseAddress else { return }
        for (place, factor) in gradient.prefix(outputWidth).enumerated() {
          VectorKernels.add(Double(factor), first + place * width, to: &sums)
        }
      }
    }
    return zip(sums, standardisation.scales).map { Float($0 / $1) }
  }

  /// The content of its file: the same transform gives the same bytes.
  public func bytes() -> [UInt8] {
    let header = [width, standardisation == nil ? 0 : 1, components.isEmpty ? 0 : outputWidth]
    var writer = BinaryWriter(Self.magic, header, capacity: 16 * width + 4 * components.count)
    if let standardisation {
      writer.append(standardisation.means)
      writer.append(standardisation.scales)
    }
    writer.append(components)
    return writer.bytes
  }

  /// Reads the content of its file; the transform is exactly the one that wrote it.
  public init(_ bytes: [UInt8]) throws(ClassifierError) {
    var reader = try BinaryReader(bytes, Self.magic, file: Self.file)
    width = try reader.header("the width", in: 1...Int(Int32.max))
    let standardises = try reader.header("the flag of standardisation", in: 0...1)
    let count = try reader.header("the number of components", in: 0...width)
    try FileDamage.unless(
      count == 0 || standardises == 1, Self.file, "components have no means")
    if standardises == 1 {
      let (means, scales) = (try reader.doubles(width), try reader.doubles(width))
      try FileDamage.unless(scales.allSatisfy { $0 > 0 }, Self.file, "a scale is not above 0")
      standardisation = Standardisation(means: means, scales: scales)
    } else {
      standardisation = nil
    }
    components = try reader.floats(count, width)
    outputWidth = count == 0 ? width : count
    try reader.end()
  }
}
