"""Reference numbers of integrated gradients, occlusion and the mean image, by PyTorch and NumPy.

The network is `cnn` of NeuralTests on 16 x 16 images in four classes, its tensors made by formula. The
sum over the line is the one of the package captum (`method="gausslegendre"`).
python attribution.py > attribution.json
"""

import json
import pathlib
import sys

import numpy as np
import torch

sys.path.append(str(pathlib.Path(__file__).parents[3] / "NeuralTests" / "Fixtures"))
from cnn import CLASSES, CNN, SIZE, weights  # noqa: E402
from formula import formula, numbers  # noqa: E402

LABEL = 2


def tensor(images):
    """8-bit images, N x H x W x C, as `Normalisation.standard` gives them to the network."""
    values = (images.astype(np.float64) / 255 - 0.5) / 0.25
    return torch.from_numpy(values.astype(np.float32)).permute(0, 3, 1, 2)


def evened(image):
    mean = np.floor(image.reshape(-1, 3).mean(axis=0) + 0.5).astype(np.uint8)
    return np.broadcast_to(mean, image.shape)


def integrated_gradients(model, image, baseline, steps):
    roots, weight = np.polynomial.legendre.leggauss(steps)
    x, start = tensor(image[None]), tensor(baseline[None])
    total = torch.zeros_like(x)
    gradients = []
    # The gradient at the input comes out of a hook, as that of any inner layer would.
    for root, share in zip((1 + roots) / 2, weight / 2):
        point = (start + np.float32(root) * (x - start)).requires_grad_()
        point.register_hook(gradients.append)
        model(point)[0, LABEL].backward()
        total += float(share) * gradients.pop()
    attribution = ((x - start) * total).sum(dim=1)[0]
    ends = [float(model(v)[0, LABEL].detach()) for v in (x, start)]
    return {"map": numbers(attribution.detach()), "ends": ends}


def occlusion(model, image, filling, window, stride):
    def spans(length):
        count, size = min(length, int(np.ceil(1 / stride))), int(np.ceil(window * length))
        starts = [int(np.floor((i + 0.5) * length / count - size / 2)) for i in range(count)]
        return [(max(0, s), min(length, s + size)) for s in starts]

    def probability(pixels):
        return float(torch.softmax(model(tensor(pixels[None])), 1)[0, LABEL].detach())

    losses = []
    for top, bottom in spans(SIZE):
        for left, right in spans(SIZE):
            covered = image.copy()
            covered[top:bottom, left:right] = filling[top:bottom, left:right]
            losses.append(probability(image) - probability(covered))
    large = torch.nn.functional.interpolate(
        torch.tensor(losses).reshape(1, 1, len(spans(SIZE)), -1), size=(SIZE, SIZE),
        mode="bilinear", align_corners=False)
    return {"spans": [list(s) for s in spans(SIZE)], "losses": losses, "large": numbers(large)}


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = CNN()
    names = weights(model)
    model.eval()
    image = np.floor((formula(SIZE * SIZE * 3, 1).astype(np.float64) + 0.5) * 256)
    image = image.astype(np.uint8).reshape(SIZE, SIZE, 3)
    black, white = np.zeros_like(image), np.full_like(image, 255)
    roots, weight = np.polynomial.legendre.leggauss(7)
    json.dump({
        "versions": {"torch": torch.__version__.split("+")[0], "numpy": np.__version__},
        "names": names, "classes": CLASSES, "label": LABEL, "image": image.ravel().tolist(),
        "evened": evened(image)[0, 0].tolist(),
        "mean": integrated_gradients(model, image, evened(image), 20),
        "black": integrated_gradients(model, image, black, 20),
        "white": integrated_gradients(model, image, white, 20),
        "occlusion": {
            "mean": occlusion(model, image, evened(image), 0.3, 0.22),
            "grey": occlusion(model, image, np.full_like(image, 128), 0.3, 0.22),
            "black": occlusion(model, image, black, 0.3, 0.22),
        },
        "places": ((1 + roots) / 2).tolist(), "weights": (weight / 2).tolist(),
    }, sys.stdout)


if __name__ == "__main__":
    main()
