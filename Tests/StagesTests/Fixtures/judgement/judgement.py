"""Reference numbers of judge-explanations and correlate.

By captum (infidelity, max-sensitivity), quantus (deletion curve, localisation), scikit-image
(structural similarity), SciPy (ranks, Sobel, correlations) and the authors' formulas in NumPy (areas,
comprehensiveness, sufficiency, the interval of Bonett and Wright).
python judgement.py > judgement.json
"""

import json
import warnings
from importlib.metadata import version

import numpy as np
import quantus
import torch
from captum.metrics import infidelity, sensitivity_max
from scipy import ndimage, stats
from skimage.metrics import structural_similarity

warnings.filterwarnings("ignore")
random = np.random.default_rng(11)
width, height, LABEL = 12, 9, 1
image = random.integers(0, 256, size=(height, width, 3), dtype=np.uint8)
backdrop = np.full_like(image, 128)
# Distinct values, so that no order depends on ties; the largest is 1, as in Saliency.
map_ = random.permutation(width * height).astype(np.float32) + 1
map_ = map_ / map_.max()
other = (map_ + random.uniform(0, 1, size=map_.shape)).astype(np.float32)
other = other / other.max()


def classify(images):
    """The classifier of ExplanationReference."""
    x = np.asarray(images, dtype=np.float64) / 255
    score = 3 * x[:, 0:4, 3:8, 0].mean(axis=(1, 2)) - 2 * x[:, 6:, 8:, 1].mean(axis=(1, 2))
    score += 4 * x[:, 4:6, :3, 2].mean(axis=(1, 2)) * x[:, 6:, :3, 0].mean(axis=(1, 2))
    p = 1 / (1 + np.exp(-score))
    return np.stack([1 - p, p], axis=1)


def probability(images):
    return classify(images)[:, LABEL]


def replaced(start, end, pixels):
    flat = start.reshape(-1, 3).copy()
    flat[pixels] = end.reshape(-1, 3)[pixels]
    return flat.reshape(start.shape)


order = np.argsort(-map_)
STEPS = 9
counts = [round(s / STEPS * map_.size) for s in range(STEPS + 1)]
deletion = probability([replaced(image, backdrop, order[:c]) for c in counts])
insertion = probability([replaced(backdrop, image, order[:c]) for c in counts])


def area(curve):
    """As in the authors' code of RISE: github.com/eclique/RISE, evaluation.py."""
    return (curve.sum() - curve[0] / 2 - curve[-1] / 2) / (len(curve) - 1)


# Quantus deletes the three numbers of a pixel one by one: three of its steps are one of ours.
class Model(torch.nn.Module):
    def forward(self, x):
        return torch.from_numpy(classify(x.detach().numpy().transpose(0, 2, 3, 1)))


channels_first = image.transpose(2, 0, 1)[None].astype(np.float32)
flipping = quantus.PixelFlipping(
    features_in_step=12, perturb_baseline=128.0, normalise=False, abs=False,
    disable_warnings=True)
flipped = flipping(
    model=Model().eval(), x_batch=channels_first, y_batch=np.array([LABEL]),
    a_batch=np.broadcast_to(map_.reshape(1, 1, height, width), (1, 1, height, width)).copy(),
    channel_first=True, softmax=False)[0]

SHARES = [0.01, 0.05, 0.1, 0.2, 0.5]
whole = probability([image])[0]
tops = [order[: max(1, round(share * map_.size))] for share in SHARES]
comprehensiveness = np.mean(
    [whole - probability([replaced(image, backdrop, top)])[0] for top in tops])
sufficiency = np.mean(
    [whole - probability([replaced(backdrop, image, top)])[0] for top in tops])

squares = []
for _ in range(24):
    size = int(random.integers(1, 5))
    left = int(random.integers(0, width - size + 1))
    top = int(random.integers(0, height - size + 1))
    squares.append(
        [y * width + x for y in range(top, top + size) for x in range(left, left + size)])
taken = iter(squares)


def perturb(inputs):
    """Each call hides the next square; the perturbation is 1 for each of its pixels."""
    perturbations, changed = torch.zeros(len(inputs), width * height), inputs.clone()
    for row in range(len(inputs)):
        square = next(taken)
        perturbations[row, square] = 1
        changed[row, square] = 0
    return perturbations, changed


def shown(states):
    """The probability of the image of which pixels are shown (1) or hidden (0)."""
    states = states.detach().numpy()
    return torch.from_numpy(
        probability([replaced(image, backdrop, np.flatnonzero(s < 0.5)) for s in states]))


captum_infidelity = infidelity(
    shown, perturb, torch.ones(1, width * height), torch.from_numpy(map_)[None],
    n_perturb_samples=len(squares), normalize=True).item()

subsets = [[random.choice(width * height, size=n, replace=False).tolist() for _ in range(12)]
           for n in (6, 20)]
sensitivity_n = np.mean([
    stats.pearsonr(
        [map_[s].astype(np.float64).sum() for s in group],
        [whole - probability([replaced(image, backdrop, s)])[0] for s in group])[0]
    for group in subsets])

noisy = [np.clip(image.astype(int) + random.integers(-5, 6, size=image.shape), 0, 255)
         for _ in range(5)]


def edges(pixels):
    """An explanation that changes with the image: the Sobel magnitude of the green channel."""
    green = np.asarray(pixels, dtype=np.float64)[..., 1]
    magnitude = np.hypot(ndimage.sobel(green, 0, mode="nearest"),
                         ndimage.sobel(green, 1, mode="nearest"))
    return (magnitude / magnitude.max()).astype(np.float32)


def explained(inputs):
    pixels = (inputs[0] if isinstance(inputs, tuple) else inputs).numpy()
    return (torch.from_numpy(np.stack([edges(one).ravel() for one in pixels])),)


noise = iter(noisy)
max_sensitivity = sensitivity_max(
    explained,
    torch.from_numpy(image.astype(np.float64))[None],
    perturb_func=lambda x: torch.from_numpy(
        np.stack([next(noise) for _ in range(len(x))]).astype(np.float64)),
    n_perturb_samples=len(noisy)).item()

TOP = 0.15
top = round(TOP * map_.size)
first, second = set(order[:top].tolist()), set(np.argsort(-other)[:top].tolist())
agreement = {
    "spearman": stats.spearmanr(map_, other)[0],
    "iou": len(first & second) / len(first | second),
    "ssim": structural_similarity(
        map_.reshape(height, width).astype(np.float64),
        other.reshape(height, width).astype(np.float64), data_range=1),
}

codes = np.zeros((height, width), dtype=np.uint8)
codes[2:8, 2:10] = 1
codes[3:6, 4:9] = 2


def localised(metric, region, **options):
    return float(metric(normalise=False, abs=False, disable_warnings=True, **options)(
        model=Model().eval(), x_batch=channels_first, y_batch=np.array([LABEL]),
        a_batch=map_.reshape(1, 1, height, width).copy(),
        s_batch=region.reshape(1, 1, height, width), channel_first=True, softmax=False)[0])


regions = {
    "codes": codes.ravel().tolist(),
    "pixelAUROC": localised(quantus.AUC, codes == 2),
    "energyInside": localised(quantus.RelevanceMassAccuracy, codes == 2),
    "pointingGame": localised(quantus.PointingGame, codes == 2),
    "nucleusShare": localised(quantus.TopKIntersection, codes == 2, k=top),
    "cytoplasmShare": localised(quantus.TopKIntersection, codes == 1, k=top),
}

# Pillow's grey of the image, which Imaging's equals.
grey = (image.astype(np.int64) @ np.array([19595, 38470, 7471]) + 0x8000) >> 16
sobel = np.hypot(*(ndimage.sobel(grey.astype(np.float64), axis, mode="nearest") for axis in (0, 1)))
rows, columns = np.mgrid[:height, :width]
centre = np.exp(-(((columns - (width - 1) / 2) / (width / 4)) ** 2
                  + ((rows - (height - 1) / 2) / (height / 4)) ** 2) / 2)

x = random.normal(size=28).round(1)
y = (0.7 * x + random.normal(size=28)).round(1)
rho = stats.spearmanr(x, y)[0]
half = stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (len(x) - 3))


def numbers(values):
    return [float(v) for v in np.asarray(values).ravel()]


print(json.dumps({
    "versions": {name: version(name) for name in ("captum", "quantus", "scipy", "scikit-image")},
    "width": width, "height": height, "image": image.ravel().tolist(),
    "map": numbers(map_), "other": numbers(other),
    "steps": STEPS, "deletion": numbers(deletion), "insertion": numbers(insertion),
    "deletionArea": float(area(deletion)), "insertionArea": float(area(insertion)),
    "flipped": numbers(flipped[2::3]),
    "comprehensiveness": float(comprehensiveness), "sufficiency": float(sufficiency),
    "squares": squares, "infidelity": captum_infidelity,
    "subsets": subsets, "sensitivityN": float(sensitivity_n),
    "edgeMaps": [numbers(edges(one)) for one in [image] + noisy],
    "maxSensitivity": max_sensitivity,
    "top": TOP, "agreement": {k: float(v) for k, v in agreement.items()}, "regions": regions,
    "sobel": numbers(sobel / sobel.max()), "centre": numbers(centre / centre.max()),
    "x": numbers(x), "y": numbers(y), "rho": float(rho),
    "low": float(np.tanh(np.arctanh(rho) - half)), "high": float(np.tanh(np.arctanh(rho) + half)),
}))
