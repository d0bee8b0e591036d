public import Classifiers
public import PipelineDSL

/// Methods of classification are chosen by name in a pipeline.
extension ClassifierMethod: ParameterChoice {}

/// Kernels of support vector machines are chosen by name in a pipeline.
extension SVMKernel: ParameterChoice {}

extension StageError {
  /// What went wrong in a classifier, for the author of a pipeline.
  init(_ error: ClassifierError) { self.init(error.reason, hint: error.hint) }
}
