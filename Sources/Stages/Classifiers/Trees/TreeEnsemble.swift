/// The trees of XGBoost's JSON file.
///
/// The sums are those of XGBoost's own predictor, in single precision and in the order of the
/// trees, so margins have the same bits.
struct TreeEnsemble: FeatureClassifier {
  static let file = "booster.json"

  let classes: Int
  let width: Int
  private let json: [UInt8]
  private let base: Float
  private let trees: [Tree]

  private struct Tree: Sendable {
    let label: Int
    let nodes: [Node]
  }

  private struct Node: Sendable {
    /// The next nodes; of a leaf, `left` is -1.
    let left: Int32
    let right: Int32
    let feature: Int32
    /// The threshold, or the value of a leaf.
    let value: Float
  }

  /// Reads the file; every link between nodes is checked.
  init(_ json: [UInt8]) throws(ClassifierError) {
    let file = Self.file
    let learner = try JSONFile.decode(BoosterFile.self, json, file: file).learner
    let (objective, booster) = (learner.objective.name, learner.gradientBooster.name)
    let known = ["multi:softprob", "multi:softmax"].contains(objective) && booster == "gbtree"
    guard known else {
      throw ClassifierError(
        "\(file) holds a \(booster) for \(objective), not trees with one margin per class",
        hint: "train with booster gbtree and objective multi:softprob")
    }
    let model = learner.gradientBooster.model
    guard let classes = Int(learner.parameters.classes), classes >= 2, classes <= model.trees.count,
      let width = Int(learner.parameters.features), width >= 1, width <= Int32.max
    else {
      throw FileDamage.error(file, "num_class, num_feature and the number of trees do not agree")
    }
    // XGBoost 3 writes a list.
    let score = learner.parameters.base.split { "[], ".contains($0) }.compactMap { Float($0) }
    guard let base = score.first, base.isFinite, score.allSatisfy({ $0 == base }) else {
      throw FileDamage.error(file, "base_score is not one finite number")
    }
    try FileDamage.unless(
      model.classes.count == model.trees.count
        && model.classes.allSatisfy { (0..<classes).contains($0) },
      file, "tree_info does not give each tree a class")
    var trees: [Tree] = []
    for (index, tree) in model.trees.enumerated() {
      guard let nodes = Self.nodes(tree, width: width) else {
        throw FileDamage.error(file, "the nodes of tree \(index) are not a tree of finite numbers")
      }
      trees.append(Tree(label: model.classes[index], nodes: nodes))
    }
    self.classes = classes
    self.width = width
    self.json = json
    self.base = base
    self.trees = trees
  }

  /// The nodes, or nil if they are not a tree: every child lies after its parent.
  private static func nodes(_ tree: BoosterFile.Tree, width: Int) -> [Node]? {
    let count = tree.left.count
    guard count >= 1, count <= Int32.max, tree.right.count == count, tree.features.count == count,
      tree.values.count == count, tree.values.allSatisfy(\.isFinite),
      tree.types?.allSatisfy({ $0 == 0 }) ?? true
    else { return nil }
    var nodes: [Node] = []
    nodes.reserveCapacity(count)
    for index in 0..<count {
      let (left, right, feature) = (tree.left[index], tree.right[index], tree.features[index])
      let isLeaf = left == -1 && right == -1
      let children = index + 1..<count
      guard isLeaf || children.contains(left) && children.contains(right),
        isLeaf || (0..<width).contains(feature)
      else { return nil }
      nodes.append(
        Node(
          left: Int32(left), right: Int32(right), feature: isLeaf ? 0 : Int32(feature),
          value: tree.values[index]))
    }
    return nodes
  }

  func files() -> [String: [UInt8]] { [Self.file: json] }

  func logits(_ rows: [Float]) throws(ClassifierError) -> [[Float]] {
    try eachRow(rows) { row in
      var margins = [Float](repeating: base, count: classes)
      for tree in trees {
        var node = tree.nodes[0]
        while node.left >= 0 {
          node = tree.nodes[Int(row[Int(node.feature)] < node.value ? node.left : node.right)]
        }
        margins[tree.label] += node.value
      }
      return margins
    }
  }

  func gradient(of label: Int, at row: [Float]) -> [Float]? { nil }
}
