import Classifiers
import Neural
import Testing

/// The libraries whose bits the tests pin.
///
/// Changed bytes require a new revision. The bits are those of OpenBLAS's Haswell kernels, which
/// workers select.
enum PinnedBits {
  /// Whether networks give the pinned bits.
  static let hasNetworks =
    NeuralLibraries.versions
    == ["openblas": "0.3.21", "openblas-core": "Haswell", "architecture": "x86_64"]
  /// Whether classifiers do too.
  static let hasClassifiers =
    hasNetworks
    && Classifiers.versions == ["liblinear": "2.30", "libsvm": "3.24", "xgboost": "1.7.4"]

  static let networks: Comment = "needs OpenBLAS 0.3.21 with OPENBLAS_CORETYPE=Haswell"
  static let classifiers: Comment =
    "needs OpenBLAS 0.3.21 with OPENBLAS_CORETYPE=Haswell, XGBoost 1.7.4, libsvm 3.24, liblinear 2.30"
}
