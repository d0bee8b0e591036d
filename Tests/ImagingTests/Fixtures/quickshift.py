"""Makes quickshift.npz: what scikit-image's quick shift gives on small drawn images.

Run in this folder with NumPy and scikit-image: python quickshift.py
`labels` are with the settings of the package lime. scikit-image breaks ties by noise of 1e-5, which
also decides between pixels that are nearly as dense; `exact` is without it, on images without ties.
"""

import contextlib
from unittest import mock

import numpy as np
from reference import picture
from skimage import segmentation


class Quiet:
    """A generator whose noise is none."""

    def __init__(self, seed):
        pass

    def normal(self, scale, size):
        return np.zeros(size)


def quickshift(image, kernel_size=4, max_dist=200, ratio=0.2, noise=True):
    # The seed must be a whole number, so that the generator is put in place by hand.
    with contextlib.nullcontext() if noise else mock.patch("numpy.random.default_rng", Quiet):
        labels = segmentation.quickshift(
            image, kernel_size=kernel_size, max_dist=max_dist, ratio=ratio)
    return labels.astype(np.int32)


def main():
    arrays = {}
    for name, width, height, noise in [("smear", 120, 92, 3), ("noisy", 57, 72, 25)]:
        image, _ = picture(width, height, 11, noise)
        arrays[f"{name}/image"] = image
        arrays[f"{name}/labels"] = quickshift(image)
        arrays[f"{name}/exact"] = quickshift(image, noise=False)
        arrays[f"{name}/fine"] = quickshift(image, 2, 5, 0.5, noise=False)
    # A cell cut out on black, as C-NMC has them: the ground is nothing but ties.
    image, _ = picture(48, 48, 12, 6)
    y, x = np.mgrid[:48, :48]
    inside = (x - 24) ** 2 + (y - 22) ** 2 < 16**2
    image[~inside] = 0
    arrays["black/image"] = image
    arrays["black/inside"] = inside.astype(np.uint8)
    arrays["black/labels"] = quickshift(image)
    np.savez_compressed("quickshift.npz", **arrays)


if __name__ == "__main__":
    main()
