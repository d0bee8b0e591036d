/// The members of XGBoost's JSON file that predictions need.
struct BoosterFile: Decodable {
  let learner: Learner

  struct Learner: Decodable {
    let gradientBooster: GradientBooster
    let parameters: Parameters
    let objective: Objective

    enum CodingKeys: String, CodingKey {
      case gradientBooster = "gradient_booster"
      case parameters = "learner_model_param"
      case objective
    }
  }

  struct GradientBooster: Decodable {
    let name: String
    let model: Model
  }

  struct Model: Decodable {
    let classes: [Int]
    let trees: [Tree]

    enum CodingKeys: String, CodingKey {
      case classes = "tree_info"
      case trees
    }
  }

  /// The nodes of a tree, the root first.
  struct Tree: Decodable {
    let left: [Int]
    let right: [Int]
    let features: [Int]
    /// Thresholds of inner nodes, values of leaves.
    let values: [Float]
    let types: [Int]?

    enum CodingKeys: String, CodingKey {
      case left = "left_children"
      case right = "right_children"
      case features = "split_indices"
      case values = "split_conditions"
      case types = "split_type"
    }
  }

  /// Numbers, as text.
  struct Parameters: Decodable {
    let base: String
    let classes: String
    let features: String

    enum CodingKeys: String, CodingKey {
      case base = "base_score"
      case classes = "num_class"
      case features = "num_feature"
    }
  }

  struct Objective: Decodable { let name: String }
}
