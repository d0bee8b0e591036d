#if Classifiers
  /// The parameters that boosting and random forests share.
  enum TreeParameters {
    /// Parameters in XGBoost's names.
    ///
    /// The objective is `multi:softprob` for two classes too, so that there is one margin per
    /// class. `exact` looks at every split: it needs no sketch of the features, its memory grows
    /// with rows x features only (histograms take 4 KB per feature and node), and on one thread the
    /// order of its sums is fixed. Each round draws from the seed and its own number, so that no
    /// state survives from one fit to the next.
    static func common(
      _ settings: ClassifierSettings, classes: Int, seed: UInt64
    ) -> [(name: String, value: String)] {
      [
        ("verbosity", "0"), ("nthread", "1"), ("booster", "gbtree"),
        ("objective", "multi:softprob"), ("num_class", "\(classes)"), ("base_score", "0.5"),
        ("disable_default_eval_metric", "1"), ("tree_method", "exact"),
        // XGBoost's own seeds are 31 bits wide.
        ("seed", "\(SeededOrder.hash(seed, 0) >> 33)"), ("seed_per_iteration", "1"),
        ("max_depth", "\(settings.depth)"), ("lambda", "\(settings.lambda)"),
        ("min_child_weight", "\(settings.minimumChildWeight)"),
        ("colsample_bytree", "\(settings.columns)"),
      ]
    }
  }
#endif
