"""Reference numbers of LIME, WeightedRidge, Saliency and SaliencyScores.

By lime (its own code on given segments and samples), scikit-learn and PyTorch.
python explanation.py > explanation.json
"""

import json
from importlib.metadata import version

import numpy as np
import sklearn
import torch
from held_out import held_out
from lime import lime_image
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

random = np.random.default_rng(5)
width, height = 12, 9
image = random.integers(0, 256, size=(height, width, 3), dtype=np.uint8)
# Nine super-pixels in a grid of unequal cells.
columns = np.searchsorted([3, 8], np.arange(width), side="right")
rows = np.searchsorted([4, 6], np.arange(height), side="right")
segments = rows[:, None] * 3 + columns[None, :]


def classify(images):
    """A classifier with an interaction, so that the surrogate does not fit without error."""
    x = np.asarray(images, dtype=np.float64) / 255
    score = 3 * x[:, 0:4, 3:8, 0].mean(axis=(1, 2)) - 2 * x[:, 6:, 8:, 1].mean(axis=(1, 2))
    score += 4 * x[:, 4:6, :3, 2].mean(axis=(1, 2)) * x[:, 6:, :3, 0].mean(axis=(1, 2))
    p = 1 / (1 + np.exp(-score))
    return np.stack([1 - p, p], axis=1)


def explain(hide_color, kernel_width=0.25, alpha=1.0):
    """By default with the regressor that lime makes itself: Ridge(alpha=1)."""
    explainer = lime_image.LimeImageExplainer(kernel_width=kernel_width, random_state=3)
    regressor = None if alpha == 1.0 else Ridge(alpha=alpha, fit_intercept=True)
    kept = {}
    inner = explainer.base.explain_instance_with_data

    def spy(data, labels, distances, label, *rest, **named):
        kept["data"], kept["labels"] = data, labels
        kept["kernel"] = explainer.base.kernel_fn(distances)
        return inner(data, labels, distances, label, *rest, **named)

    explainer.base.explain_instance_with_data = spy
    result = explainer.explain_instance(
        image, classify, labels=(1,), top_labels=None, hide_color=hide_color, num_samples=64,
        segmentation_fn=lambda _: segments, model_regressor=regressor)
    weights = dict(result.local_exp[1])
    positive, _ = result.get_image_and_mask(
        1, positive_only=True, negative_only=False, num_features=2, hide_rest=True)
    return {
        "data": kept["data"].tolist(), "kernel": kept["kernel"].tolist(),
        "weights": [float(weights[s]) for s in range(9)],
        "intercept": float(result.intercept[1]), "score": float(result.score),
        "fit": held_out(kept["data"], kept["labels"][:, 1], kept["kernel"], alpha),
        "hidden": positive.ravel().tolist(),
    }


features = random.normal(size=(30, 4))
targets = features @ [1.0, -2.0, 0.5, 0.0] + random.normal(size=30)
weights = random.uniform(0.1, 2, size=30)
ridge = Ridge(alpha=1.5).fit(features, targets, sample_weight=weights)

cam = np.maximum(random.normal(size=(3, 4)), 0).astype(np.float32)
large = torch.nn.functional.interpolate(
    torch.from_numpy(cam)[None, None], size=(10, 14), mode="bilinear", align_corners=False)
large = (large[0, 0] / large.max()).numpy()
mask = np.zeros((10, 14), dtype=bool)
mask[2:7, 5:11] = True
coarse = np.round(large * 4) / 4  # ties

print(json.dumps({
    "versions": {"lime": version("lime"), "scikit-learn": sklearn.__version__,
                 "torch": torch.__version__.split("+")[0]},
    "width": width, "height": height, "image": image.ravel().tolist(),
    "segments": segments.ravel().tolist(), "mean": explain(None), "grey": explain(128),
    "black": explain(0), "options": explain(0, kernel_width=0.6, alpha=0.05),
    "ridge": {
        "features": features.ravel().tolist(), "targets": targets.tolist(),
        "weights": weights.tolist(), "coefficients": ridge.coef_.tolist(),
        "intercept": float(ridge.intercept_),
        "score": ridge.score(features, targets, sample_weight=weights),
    },
    "cam": {"map": cam.ravel().tolist(), "large": [float(v) for v in large.ravel()]},
    "scores": [
        {"saliency": [float(v) for v in s.ravel()], "mask": mask.ravel().tolist(),
         "auroc": roc_auc_score(mask.ravel(), s.ravel()),
         "energy": float(s[mask].sum(dtype=np.float64) / s.sum(dtype=np.float64))}
        for s in (large, coarse)
    ],
}))
