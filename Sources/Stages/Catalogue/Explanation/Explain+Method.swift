internal import PipelineDSL

extension Explain {
  /// A method of explanation: the registry of all of them.
  enum Method: String, ParameterChoice {
    /// Gradient-weighted class activation mapping.
    case gradCAM = "grad-cam"
    /// Grad-CAM with weights of higher-order gradients.
    case gradCAMPlusPlus = "grad-cam++"
    /// Class activation mapping by the scores of masked images.
    case scoreCAM = "score-cam"
    /// LIME, by super-pixels.
    case lime
    /// Shapley values of super-pixels by weighted least squares.
    case kernelSHAP = "kernel-shap"
    /// Gradients integrated along the line from a baseline.
    case integratedGradients = "integrated-gradients"
    /// Gradients averaged over noisy copies of the image.
    case smoothGrad = "smooth-grad"
    /// The drop in a class's probability when a window hides part of the image.
    case occlusion
    /// Super-pixels of a training image of another class, replaced until the class changes.
    case counterfactual

    /// The type that explains.
    var type: any ExplanationMethod.Type {
      switch self {
      case .gradCAM: GradCAM.self
      case .gradCAMPlusPlus: GradCAMPlusPlus.self
      case .scoreCAM: ScoreCAM.self
      case .lime: LIME.self
      case .kernelSHAP: KernelSHAP.self
      case .integratedGradients: IntegratedGradients.self
      case .smoothGrad: SmoothGrad.self
      case .occlusion: Occlusion.self
      case .counterfactual: Counterfactual.self
      }
    }
  }
}
