internal import COpenBLAS

/// Single-precision matrix products, on the calling thread only.
///
/// The bits of OpenBLAS' results depend on its number of threads, so it runs on one, and the work
/// is split into tiles of fixed size beforehand.
enum BLAS {
  // A static constant is initialised once, however many threads use it.
  private static let onOneThread: Void = openblas_set_num_threads(1)

  /// Whether a factor is read as its transpose.
  enum Reading {
    case plain, transposed

    var flag: CBLAS_TRANSPOSE { self == .plain ? CblasNoTrans : CblasTrans }
  }

  /// Computes `result = left * right`, or adds that to `result`; row-major.
  ///
  /// `left` is rows x depth and `right` is depth x columns, each after its transposition. Rows in
  /// memory are contiguous, or as far apart as `strides` specifies.
  static func multiply(
    _ left: UnsafePointer<Float>, _ leftReading: Reading,
    _ right: UnsafePointer<Float>, _ rightReading: Reading,
    rows: Int, columns: Int, depth: Int, into result: UnsafeMutablePointer<Float>,
    adding: Bool = false, strides: (left: Int?, right: Int?, result: Int?) = (nil, nil, nil)
  ) {
    onOneThread
    cblas_sgemm(
      CblasRowMajor, leftReading.flag, rightReading.flag, blasint(rows), blasint(columns),
      blasint(depth), 1, left,
      blasint(strides.left ?? (leftReading == .plain ? depth : rows)), right,
      blasint(strides.right ?? (rightReading == .plain ? columns : depth)), adding ? 1 : 0, result,
      blasint(strides.result ?? columns))
  }
}
