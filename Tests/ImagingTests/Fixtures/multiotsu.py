"""Makes multiotsu.json: the three-class thresholds of scikit-image's threshold_multiotsu.

Run in this folder with NumPy and scikit-image. Each case is a histogram: pairs of value and count.
"""

import json

import numpy as np
from skimage.filters import threshold_multiotsu

generator = np.random.default_rng(11)


def mixture(*parts):
    values = np.concatenate([generator.normal(mean, width, count) for mean, width, count in parts])
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


images = [
    mixture((40, 8, 300), (120, 15, 2000), (210, 6, 6000)),
    mixture((128, 6, 9000), (140, 10, 900), (230, 12, 60)),
    mixture((20, 30, 500), (100, 40, 500), (180, 30, 500)),
    generator.integers(0, 256, 4000).astype(np.uint8),
    generator.integers(90, 97, 500).astype(np.uint8),
    np.repeat(np.array([3, 60, 250], np.uint8), [5, 90, 2]),
]
cases = []
for image in images:
    values, counts = np.unique(image, return_counts=True)
    cases.append({
        "histogram": [[int(v), int(c)] for v, c in zip(values, counts)],
        "thresholds": [int(t) for t in threshold_multiotsu(image, classes=3)],
    })
with open("multiotsu.json", "w") as file:
    json.dump({"cases": cases}, file, separators=(",", ":"))
    file.write("\n")
