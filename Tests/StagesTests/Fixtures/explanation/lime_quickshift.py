"""Reference numbers of LIME as the package has it by default, quick shift and all.

Only the number of samples is smaller. python lime_quickshift.py > lime_quickshift.json
"""

import base64
import json
import sys

import numpy as np
from held_out import held_out
from lime import lime_image


def classify(images):
    """The classifier of explanation.py."""
    x = np.asarray(images, dtype=np.float64) / 255
    score = 3 * x[:, 0:4, 3:8, 0].mean(axis=(1, 2)) - 2 * x[:, 6:9, 8:12, 1].mean(axis=(1, 2))
    score += 4 * x[:, 4:6, :3, 2].mean(axis=(1, 2)) * x[:, 6:9, :3, 0].mean(axis=(1, 2))
    p = 1 / (1 + np.exp(-score))
    return np.stack([1 - p, p], axis=1)


def picture(width, height):
    """Three discs on a pale ground, two of them where the classifier looks."""
    generator = np.random.default_rng(3)
    y, x = np.mgrid[:height, :width]
    image = np.full((height, width, 3), 220.0)
    for cx, cy, radius, colour in [
        (5, 3, 7, (150, 40, 130)), (30, 15, 12, (90, 20, 160)), (70, 50, 16, (110, 60, 190)),
        (25, 55, 10, (200, 90, 90))]:
        image[(x - cx) ** 2 + (y - cy) ** 2 < radius**2] = colour
    image += generator.normal(0, 4, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


image = picture(96, 72)
explainer = lime_image.LimeImageExplainer(random_state=3)
kept = {}
inner = explainer.base.explain_instance_with_data


def spy(data, labels, distances, *rest, **named):
    kept["data"], kept["labels"] = data, labels[:, 1]
    kept["kernel"] = explainer.base.kernel_fn(distances)
    return inner(data, labels, distances, *rest, **named)


explainer.base.explain_instance_with_data = spy
result = explainer.explain_instance(image, classify, labels=(1,), top_labels=None, num_samples=60)
weights = dict(result.local_exp[1])
json.dump({
    "width": image.shape[1], "height": image.shape[0],
    "image": base64.b64encode(image.tobytes()).decode(),
    "segments": base64.b64encode(result.segments.astype(np.uint8).tobytes()).decode(),
    "data": kept["data"].astype(int).tolist(),
    "weights": [float(weights[s]) for s in sorted(weights)],
    "intercept": float(result.intercept[1]), "score": float(result.score),
    "fit": held_out(kept["data"], kept["labels"], kept["kernel"]),
}, sys.stdout)
