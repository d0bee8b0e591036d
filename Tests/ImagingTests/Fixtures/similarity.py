"""Makes similarity.json: perceptual hashes as Pillow and SciPy give them, of views of operations.npz's picture.

Run in this folder. A hash is 64 hexadecimal digits, the last word first.
"""

import json

import numpy as np
from PIL import Image
from scipy.fft import dctn


def perceptual_hash(image):
    small = image.convert("L").resize((64, 64), Image.Resampling.BILINEAR)
    low = dctn(np.asarray(small).astype(float), norm="ortho")[:16, :16]
    bits = 0
    for v, u in zip(*np.nonzero(low > 1e-9)):
        bits |= 1 << int(64 * (u % 2 + 2 * (v % 2)) + 8 * (v // 2) + u // 2)
    return f"{bits:064x}"


def main():
    image = Image.fromarray(np.load("operations.npz")["image"])
    views = {
        "image": image,
        "large": image.resize((90, 80), Image.Resampling.BILINEAR),
        "mirrored": image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "turned": image.transpose(Image.Transpose.ROTATE_90),
    }
    with open("similarity.json", "w") as file:
        json.dump({name: perceptual_hash(view) for name, view in views.items()}, file, indent=1)
        file.write("\n")


main()
