extension NetworkBuilder {
  /// The head of a form: dense layers named `classifier.N`, or as the reference names its own.
  mutating func addHead(_ backbone: Backbone, _ form: Backbone.Form) {
    let dropout = Dropout(rate: Float(form.dropout))
    switch (form.head, backbone) {
    case (.hidden, _):
      add("pool", GlobalAveragePool())
      add(
        "classifier",
        sequence: [
          dropout, Dense(inputs: backbone.features, outputs: 128), ReLU(), dropout,
          Dense(inputs: 128, outputs: form.classes),
        ])
    case (.plain, .vgg16): addVGG16Head(classes: form.classes, dropout)
    case (.plain, _):
      add("pool", GlobalAveragePool())
      add("dropout", dropout)
      add(backbone.lastLayer, Dense(inputs: backbone.features, outputs: form.classes))
    }
  }
}

extension Backbone {
  /// Channels in front of the head.
  fileprivate var features: Int {
    switch self {
    case .cnn: 128
    case .vgg16: 512
    case .denseNet121: 1024
    case .mobileNetV2: 1280
    case .resNet50, .inceptionV3, .xception: 2048
    }
  }
}
