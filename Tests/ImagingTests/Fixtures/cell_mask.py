"""Makes cell_mask.npz: masks of cells by HSV thresholds, and CLAHE on lightness, by reference libraries.

Run in this folder with NumPy, SciPy, scikit-image and OpenCV. The picture has cells of nucleus and
cytoplasm with vacuoles, pink red cells, platelets, a clump and noise, all drawn here.
"""

import cv2
import numpy as np
from scipy import ndimage
from skimage import color, measure, morphology

WIDTH, HEIGHT = 150, 96
HUE, SATURATION = (230, 330), 0.2


def draw():
    generator = np.random.default_rng(8)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    image = np.stack([238 - 12 * x / WIDTH, 224 + 6 * y / HEIGHT, 226 + 0 * x], axis=-1)

    def disc(cx, cy, radius, colour):
        image[(x - cx) ** 2 + (y - cy) ** 2 <= radius**2] = colour

    for cx, cy, radius in [(14, 16, 11), (64, 12, 10), (74, 70, 12), (140, 12, 11), (8, 80, 10)]:
        disc(cx, cy, radius, [214, 160, 158])
    disc(38, 44, 21, [150, 146, 206])
    disc(36, 42, 13, [88, 40, 140])
    disc(48, 54, 3, [240, 236, 238])
    disc(62, 78, 4, [120, 60, 150])
    # Two cells that touch, and two lobes of one nucleus without visible cytoplasm.
    disc(100, 44, 14, [140, 96, 190])
    disc(124, 50, 13, [126, 84, 178])
    disc(96, 82, 7, [96, 44, 146])
    disc(112, 84, 7, [100, 48, 150])
    image += generator.normal(0, 4, image.shape)
    speck = generator.integers(0, HEIGHT, 30), generator.integers(0, WIDTH, 30)
    image[speck] = [110, 60, 170]
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def cell(picture, box, area):
    """The mask of the cell in a box, cut to an area; both as x, y, width and height."""
    (bx, by, bw, bh), (ax, ay, aw, ah) = box, area
    left, top = max(ax, 0), max(ay, 0)
    right, bottom = min(ax + aw, WIDTH), min(ay + ah, HEIGHT)
    hsv = color.rgb2hsv(picture[top:bottom, left:right])
    mask = (hsv[..., 0] * 360 >= HUE[0]) & (hsv[..., 0] * 360 <= HUE[1]) & (hsv[..., 1] >= SATURATION)
    mask = ndimage.binary_fill_holes(mask)
    radius = max(1, max(bw, bh) // 60)
    mask = morphology.opening(mask, np.ones((2 * radius + 1, 2 * radius + 1)), mode="ignore")
    labels = measure.label(mask, connectivity=2)
    inner = np.zeros(mask.shape, bool)
    inner[max(by - top, 0):by - top + bh, max(bx - left, 0):bx - left + bw] = True
    areas = np.bincount(labels.ravel(), minlength=labels.max() + 1)
    inside = np.bincount(labels[inner], minlength=labels.max() + 1)
    areas[0] = inside[0] = 0
    own = [k for k in range(1, len(areas)) if 2 * inside[k] > areas[k]]
    if own:
        largest = max(inside[k] for k in own)
        mask = np.isin(labels, [k for k in own if inside[k] >= 0.2 * largest])
    else:
        mask = (labels == inside.argmax()) & inner
    out = np.zeros((ah, aw), np.uint8)
    out[top - ay:bottom - ay, left - ax:right - ax] = 255 * ndimage.binary_fill_holes(mask)
    return out


picture = draw()
out = {"picture": picture}
for name, box, area in [
    ("cell", (17, 23, 43, 43), (13, 19, 51, 51)),
    ("clump", (86, 30, 18, 29), (80, 24, 70, 42)),
    ("lobes", (89, 75, 31, 17), (86, 64, 40, 40)),
    ("all", (0, 0, WIDTH, HEIGHT), (0, -27, WIDTH, WIDTH)),
]:
    out[f"box/{name}"] = np.array(box + area, np.int64)
    out[f"mask/{name}"] = cell(picture, box, area)
part = np.ascontiguousarray(picture[20:68, 12:82])
out["part"] = part
for clip, tiles in [(2.0, 8), (4.0, 3)]:
    lab = cv2.cvtColor(part, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(clip, (tiles, tiles)).apply(np.ascontiguousarray(lab[..., 0]))
    out[f"lightness/{clip}-{tiles}"] = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
np.savez_compressed("cell_mask.npz", **out)
