internal import CLAPACK
internal import COpenBLAS

/// Principal components, from the eigenvectors of the smaller of two matrices: the covariance of
/// the features, or the scalar products of the rows.
///
/// Memory is three squares of min(rows, width) doubles, and a block of rows or columns. All sums
/// are in double precision, in OpenBLAS on one thread.
enum PrincipalComponents {
  /// The largest matrix whose workspace LAPACK's 32-bit integers can count.
  private static let largest = 32_000
  /// Rows or columns of a block.
  private static let block = 512

  /// OpenBLAS uses one thread in the whole process.
  private static let onOneThread: Void = openblas_set_num_threads(1)

  /// The first `count` components, row-major: count x width, each of length 1.
  ///
  /// The loading with the largest absolute value is positive; of equal ones, the first. Throws if
  /// there are fewer components with variance.
  static func fit(
    _ rows: [Float], _ standardisation: Standardisation, count: Int
  ) throws(ClassifierError) -> [Float] {
    _ = onOneThread
    let width = standardisation.means.count
    let total = rows.count / width
    let size = min(total, width)
    guard size <= largest else {
      throw ClassifierError(
        "principal components of \(total) rows x \(width) features need a matrix of \(size) squared",
        hint: "use fewer rows or features: at most \(largest) of one of them")
    }
    let products = width <= total
    var matrix = products ? covariance(rows, standardisation) : gram(rows, standardisation)
    let values = try eigen(&matrix, size)
    // Ascending; anything below is what rounding makes of no variance.
    let limit = max(values.last ?? 0, 0) * 1e-12
    let useful = values.count { $0 > limit }
    guard useful >= count else {
      throw ClassifierError(
        "only \(useful) principal components have variance, fewer than \(count)",
        hint: "ask for at most \(useful)")
    }
    // Eigenvectors are the rows, seen row-major; the largest is last.
    matrix.removeFirst((size - count) * size)
    var components = products ? matrix : loadings(rows, standardisation, matrix, count)
    matrix = []
    normalise(&components, width)
    var ordered: [Float] = []
    ordered.reserveCapacity(count * width)
    for place in (0..<count).reversed() {
      ordered += components[place * width..<(place + 1) * width].map { Float($0) }
    }
    return ordered
  }

  /// The products of features, summed over rows: width x width.
  private static func covariance(_ rows: [Float], _ standardisation: Standardisation) -> [Double] {
    let width = standardisation.means.count
    let total = rows.count / width
    var matrix = [Double](repeating: 0, count: width * width)
    var buffer = [Double](repeating: 0, count: min(block, total) * width)
    for start in stride(from: 0, to: total, by: block) {
      let count = min(block, total - start)
      fill(&buffer, rows, standardisation, start..<start + count, 0..<width)
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasTrans, Int32(width), Int32(count), 1, buffer, Int32(width),
        1, &matrix, Int32(width))
    }
    return matrix
  }

  /// The products of rows, summed over features: rows x rows.
  private static func gram(_ rows: [Float], _ standardisation: Standardisation) -> [Double] {
    let width = standardisation.means.count
    let total = rows.count / width
    var matrix = [Double](repeating: 0, count: total * total)
    var buffer = [Double](repeating: 0, count: total * min(block, width))
    for start in stride(from: 0, to: width, by: block) {
      let count = min(block, width - start)
      fill(&buffer, rows, standardisation, 0..<total, start..<start + count)
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasNoTrans, Int32(total), Int32(count), 1, buffer,
        Int32(count), 1, &matrix, Int32(total))
    }
    return matrix
  }

  /// The components in features, from the first `count` eigenvectors of the products of rows.
  private static func loadings(
    _ rows: [Float], _ standardisation: Standardisation, _ vectors: [Double], _ count: Int
  ) -> [Double] {
    let width = standardisation.means.count
    let total = rows.count / width
    var components = [Double](repeating: 0, count: count * width)
    var buffer = [Double](repeating: 0, count: total * min(block, width))
    for start in stride(from: 0, to: width, by: block) {
      let columns = min(block, width - start)
      fill(&buffer, rows, standardisation, 0..<total, start..<start + columns)
      components.withUnsafeMutableBufferPointer { components in
        guard let output = components.baseAddress else { return }
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(count), Int32(columns), Int32(total), 1,
          vectors, Int32(total), buffer, Int32(columns), 0, output + start, Int32(width))
      }
    }
    return components
  }

  /// Writes standardised features of a block to a buffer, row-major.
  private static func fill(
    _ buffer: inout [Double], _ rows: [Float], _ standardisation: Standardisation,
    _ chosen: Range<Int>, _ columns: Range<Int>
  ) {
    let width = standardisation.means.count
    rows.withUnsafeBufferPointer { rows in
      buffer.withUnsafeMutableBufferPointer { buffer in
        guard let input = rows.baseAddress, let output = buffer.baseAddress else { return }
        for (rank, row) in chosen.enumerated() {
          standardisation.write(input + row * width, columns, to: output + rank * columns.count)
        }
      }
    }
  }

  /// Replaces a symmetric matrix, of which the upper triangle is given, by its eigenvectors, one
  /// per row; returns the eigenvalues, ascending.
  private static func eigen(_ matrix: inout [Double], _ size: Int) throws(ClassifierError)
    -> [Double]
  {
    // Seen by columns, as LAPACK does, the upper triangle is the lower one.
    let (job, triangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")))
    var values = [Double](repeating: 0, count: size)
    let count = Int32(size)
    let workCount = Int32(1 + 6 * size + 2 * size * size)
    let integerCount = Int32(3 + 5 * size)
    var work = [Double](repeating: 0, count: Int(workCount))
    var integers = [Int32](repeating: 0, count: Int(integerCount))
    var info: Int32 = 0
    withUnsafePointer(to: job) { job in
      withUnsafePointer(to: triangle) { triangle in
        withUnsafePointer(to: count) { count in
          withUnsafePointer(to: workCount) { workCount in
            withUnsafePointer(to: integerCount) { integerCount in
              dsyevd_(
                job, triangle, count, &matrix, count, &values, &work, workCount, &integers,
                integerCount, &info, 1, 1)
            }
          }
        }
      }
    }
    guard info == 0, values.allSatisfy(\.isFinite) else {
      throw ClassifierError(
        "the eigenvalues of \(size) x \(size) products were not found (LAPACK's code \(info))",
        hint: "standardise the features")
    }
    return values
  }

  /// Makes the length 1 and the largest loading positive.
  private static func normalise(_ components: inout [Double], _ width: Int) {
    for start in stride(from: 0, to: components.count, by: width) {
      var (square, largest) = (0.0, 0.0)
      for value in components[start..<start + width] {
        square += value * value
        if abs(value) > abs(largest) { largest = value }
      }
      let factor = (largest < 0 ? -1 : 1) / square.squareRoot()
      for place in start..<start + width { components[place] *= factor }
    }
  }
}
