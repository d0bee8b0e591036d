/// What the methods of `explain` and their views show, in the words of a report.
enum ExplanationTexts {
  /// How a picture says what supports the predicted class.
  enum Key: Hashable, CaseIterable {
    /// Colours of `ColourMap.jet` over the image.
    case heat
    /// Red and blue over a pale image.
    case signed
    /// Outlines and tints of super-pixels.
    case regions
  }

  /// A method.
  struct Method {
    let title: String
    let about: String
    let key: Key?
  }

  private static let methods: [String: Method] = [
    "grad-cam": Method(
      title: "Grad-CAM", about: "feature maps, weighted by their gradients", key: .heat),
    "grad-cam++": Method(
      title: "Grad-CAM++", about: "feature maps, weighted by higher-order gradients", key: .heat),
    "score-cam": Method(
      title: "Score-CAM", about: "feature maps, weighted by the score of the image that they mask",
      key: .heat),
    "lime": Method(
      title: "LIME", about: "a linear model of hidden and shown super-pixels", key: .regions),
    "kernel-shap": Method(
      title: "Kernel SHAP", about: "Shapley values of super-pixels", key: .signed),
    "integrated-gradients": Method(
      title: "Integrated gradients", about: "gradients along the way from a baseline", key: .signed),
    "smooth-grad": Method(
      title: "SmoothGrad", about: "gradients averaged over noisy copies", key: .signed),
    "occlusion": Method(
      title: "Occlusion", about: "the drop in probability where a window hides the image",
      key: .signed),
    "counterfactual": Method(
      title: "Counterfactual", about: "parts of another class that change the prediction",
      key: .signed),
  ]

  private static let views: [ExplanationAlbum.View: String] = [
    .init(method: "lime", name: "hidden"): "strongest supporting regions, the rest black",
    .init(method: "lime", name: "positive"): "strongest supporting regions, outlined",
    .init(method: "lime", name: "both"): "strongest regions for and against",
    .init(method: "counterfactual", name: ""): "what is replaced",
    .init(method: "counterfactual", name: "composed"): "image with other parts",
    .init(method: "counterfactual", name: "other"): "training image that they come from",
  ]

  /// The names of the methods that are described.
  static var names: Set<String> { Set(methods.keys) }

  /// What is known about a method; that of one network of several is named `grad-cam/xception`.
  static func method(_ name: String) -> Method {
    let parts = name.split(separator: "/", maxSplits: 1)
    guard let known = parts.first.flatMap({ methods[String($0)] }) else {
      return Method(title: name, about: "", key: nil)
    }
    guard parts.count == 2 else { return known }
    return Method(title: "\(known.title) of \(parts[1])", about: known.about, key: known.key)
  }

  /// The head of a view below that of its method.
  static func view(_ view: ExplanationAlbum.View) -> String {
    if let known = views[view] { return known }
    guard view.name.isEmpty else { return view.name }
    return switch method(view.method).key {
    case .heat: "heat map"
    case .signed: "for and against"
    case .regions, nil: "picture"
    }
  }
}
