extension NetworkBuilder {
  /// Adds the head of a form after convolutions whose last map has a shape: dense layers named
  /// `classifier.N`, or named as in the reference.
  mutating func addHead(_ backbone: Backbone, _ form: Backbone.Form, after map: Shape) {
    let dropout = Dropout(rate: Float(form.dropout))
    if form.head == .plain, let plain = backbone.definition.plainHead {
      return plain(&self, form.classes, dropout)
    }
    var features = map.channels
    if let reduction = backbone.definition.reduction {
      features = reduction(&self, map)
    } else {
      add("pool", GlobalAveragePool())
    }
    switch form.head {
    case .hidden(let width):
      add(
        "classifier",
        sequence: [
          dropout, Dense(inputs: features, outputs: width), ReLU(), dropout,
          Dense(inputs: width, outputs: form.classes),
        ])
    case .plain:
      add("dropout", dropout)
      add(backbone.definition.lastLayer, Dense(inputs: features, outputs: form.classes))
    }
  }
}
