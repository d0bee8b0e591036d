"""Makes preprocessing.npz: what reference libraries make of a drawn picture before a network sees it.

Run in this folder with what reference.py needs, and OpenCV and torchstain.
"""

import cv2
import numpy as np
import reference
import torchstain
from PIL import Image
from scipy import ndimage
from skimage import color, exposure

picture, _ = reference.picture(61, 47, 9, 4)
out = {"picture": picture}
image = Image.fromarray(picture)
height, width = picture.shape[:2]

# Pillow's filters, smaller and larger.
for name, kind in [
    ("area", Image.BOX), ("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC),
    ("lanczos", Image.LANCZOS),
]:
    for target in [(24, 31), (100, 70)]:
        out[f"resize/{name}-{target[0]}x{target[1]}"] = np.asarray(image.resize(target, kind))
# OpenCV's INTER_AREA with whole factors is the same mean.
even = picture[: height // 3 * 3, : width // 2 * 2]
out["opencv-area/input"] = even
out["opencv-area/output"] = cv2.resize(
    even, (even.shape[1] // 2, even.shape[0] // 3), interpolation=cv2.INTER_AREA)

# Noise.
for sigma in (0.8, 2.0):
    blurred = ndimage.gaussian_filter(picture.astype(np.float64), (sigma, sigma, 0), mode="nearest")
    out[f"gaussian/{sigma}"] = np.rint(blurred).astype(np.uint8)
for radius, colour, space in [(1, 10, 1), (2, 40, 2), (4, 75, 3)]:
    out[f"bilateral/{radius}-{colour}-{space}"] = cv2.bilateralFilter(
        picture, 2 * radius + 1, colour, space)
speckled = picture.copy()
generator = np.random.default_rng(3)
for value in (0, 255):
    at = generator.integers(0, height, 40), generator.integers(0, width, 40)
    speckled[at] = value
median = np.stack([cv2.medianBlur(speckled[:, :, c], 5) for c in range(3)], -1)
far = np.abs(speckled.astype(int) - median) > 40
out["outliers/input"] = speckled
out["outliers/40"] = np.where(far, median, speckled)

# Contrast.
grey = np.asarray(image.convert("L"))
out["grey"] = grey
for clip, tiles in [(2.0, 8), (4.0, 3), (40.0, 2)]:
    clahe = cv2.createCLAHE(clip, (tiles, tiles))
    out[f"clahe/{clip}-{tiles}"] = clahe.apply(grey)
for share in (0.0, 0.02, 0.1):
    low, high = np.percentile(picture, (100 * share, 100 - 100 * share))
    stretched = exposure.rescale_intensity(picture.astype(np.float64), (low, high), (0, 255))
    out[f"stretch/{share}"] = np.rint(stretched).astype(np.uint8)

# Masks.
hsv = color.rgb2hsv(picture)
hue, saturation, value = hsv[..., 0] * 360, hsv[..., 1], hsv[..., 2]
inside = (hue >= 250) & (hue <= 330) & (saturation >= 0.3) & (value >= 0.2) & (value <= 0.9)
out["hsv/mask"] = np.where(inside, 255, 0).astype(np.uint8)

# Stains.
target = np.asarray(Image.fromarray(picture[:, ::-1]).transpose(Image.TRANSPOSE)).astype(np.float64)
target = np.clip(target * [0.9, 1.05, 0.8] + [12, 0, 5], 0, 255).astype(np.uint8)
out["stain/target"] = target


def laboratory(rgb):
    return color.rgb2lab(rgb / 255.0)


source, wanted = laboratory(picture), laboratory(target)
moved = (source - source.mean((0, 1))) / source.std((0, 1)) * wanted.std((0, 1)) + wanted.mean((0, 1))
out["reinhard/statistics"] = np.concatenate([wanted.mean((0, 1)), wanted.std((0, 1))])
out["reinhard/output"] = np.rint(np.clip(color.lab2rgb(moved), 0, 1) * 255).astype(np.uint8)
out["lab"] = source.astype(np.float32)

macenko = torchstain.normalizers.MacenkoNormalizer(backend="numpy")
out["macenko/output"] = macenko.normalize(picture)[0]
macenko.fit(target)
out["macenko/stains"] = np.ascontiguousarray(macenko.HERef)
out["macenko/strongest"] = macenko.maxCRef
out["macenko/fitted"] = macenko.normalize(picture)[0]

np.savez_compressed("preprocessing.npz", **out)
