"""Reference images of View.Mix, by torchvision.transforms.v2.AugMix with given weights and operations.

python augmix.py > augmix.json

Only operations on colours: they equal torchvision's bit for bit, while rotations, shears and shifts differ in how
they fill the outside. torchvision truncates the mixture to 8 bits, which darkens it by half a level on average.
The paper's authors do not round at all, and Assay rounds to the nearest level. So "mixed" is torchvision's mixture
rounded; that its truncation is torchvision's own output is checked here.
"""

import json

import numpy as np
import torch
import torchvision
from torchvision.transforms import v2

NAMES = {
    "autocontrast": "AutoContrast", "equalize": "Equalize", "posterize": "Posterize",
    "solarize": "Solarize",
}


class Given(v2.AugMix):
    """AugMix that takes its draws from a list, and keeps the mixture before it is truncated."""

    def __init__(self, share, weights, chains):
        super().__init__(mixture_width=len(chains), chain_depth=len(chains[0]))
        self.dirichlet = [torch.tensor([[1 - share, share]]), torch.tensor([weights])]
        self.items = [item for chain in chains for item in chain]
        self.steps = []

    def _sample_dirichlet(self, params):
        return self.dirichlet.pop(0)

    def _get_random_item(self, space):
        name, amount = self.items.pop(0)
        # v2 takes the threshold as a share of 255; between two levels no rounding matters.
        magnitude = (amount - 0.5) / 255 if name == "solarize" else float(amount)
        return NAMES[name], (lambda bins, height, width: torch.full((bins,), magnitude), False)

    def _apply_image_or_video_transform(self, *arguments, **options):
        self.steps.append(super()._apply_image_or_video_transform(*arguments, **options))
        return self.steps[-1]


def picture(width, height):
    random = np.random.default_rng(3)
    y, x = np.mgrid[:height, :width]
    planes = [40 + 9 * x + 3 * y, 200 - 7 * x + random.integers(0, 30, x.shape), 90 + 11 * y - 2 * x]
    return torch.from_numpy(np.clip(np.stack(planes), 0, 255).astype(np.uint8))


def case(image, share, weights, chains):
    given = Given(share, weights, chains)
    theirs = given(image)
    depth = len(chains[0])
    ends = given.steps[depth - 1 :: depth]
    mixture = torch.tensor(1 - share) * image
    for weight, end in zip(torch.tensor(weights) * torch.tensor(share), ends, strict=True):
        mixture += weight * end.reshape(image.shape)
    assert (mixture.to(torch.uint8) == theirs).all()
    return {
        "share": share, "weights": weights,
        "chains": ["; ".join(" ".join(map(str, item)) if item[1] else item[0] for item in chain)
                   for chain in chains],
        "mixed": mixture.round().to(torch.uint8).permute(1, 2, 0).flatten().tolist(),
    }


image = picture(13, 9)
print(json.dumps({
    "torchvision": torchvision.__version__.split("+")[0], "width": 13, "height": 9,
    "image": image.permute(1, 2, 0).flatten().tolist(),
    "cases": [
        case(image, 0.37, [0.21, 0.55, 0.24], [
            [("autocontrast", 0), ("posterize", 3)], [("solarize", 101), ("equalize", 0)],
            [("equalize", 0), ("solarize", 180)]]),
        case(image, 0.93, [0.48, 0.13, 0.39], [
            [("posterize", 4)], [("equalize", 0)], [("solarize", 60)]]),
        case(image, 0.68, [1.0], [[("solarize", 33), ("autocontrast", 0), ("posterize", 2)]]),
    ],
}))
