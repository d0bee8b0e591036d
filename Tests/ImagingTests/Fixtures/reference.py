"""Makes codecs.npz, formats.npz, augmentations.npz, arrays.npz and operations.npz: what reference libraries give.

Run in this folder with NumPy, Pillow, tifffile, SciPy, scikit-image and torchvision; everything is drawn here,
with fixed seeds. Files are kept as arrays of bytes inside the archives.
"""

import io
import struct
import zipfile

import numpy as np
import tifffile
import torch
import torchvision.transforms.functional as functional
from PIL import Image, ImageFilter, ImageOps
from scipy import ndimage
from skimage import color, filters, measure, segmentation
from torchvision.transforms import InterpolationMode


def picture(width, height, seed, noise):
    """Purple cells on a pale ground, with a gradient and noise; and which cell each pixel is of."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width].astype(float)
    image = np.stack([230 - 20 * x / width, 205 + 10 * y / height, 215 + 0 * x], axis=-1)
    cells = np.zeros((height, width), np.uint8)
    for cell in range(1, 6):
        cx, cy = generator.uniform(0, width), generator.uniform(0, height)
        radius = generator.uniform(0.12, 0.24) * min(width, height)
        inside = (x - cx) ** 2 + (y - cy) ** 2 < radius**2
        image[inside] = [110 + 8 * cell, 40 + 14 * cell, 130 + 10 * cell]
        cells[inside] = cell
    image += generator.normal(0, noise, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8), cells


def file_bytes(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return np.frombuffer(buffer.getvalue(), np.uint8)


def rgb(data):
    return np.asarray(Image.open(io.BytesIO(data.tobytes())).convert("RGB"))


def bitmap(rows, bits, width, height, header, palette=b"", compression=0, masks=b"", tail=0):
    """A BMP written by hand: rows as bytes in file order, header length as asked."""
    stride = 0 if compression in (1, 2) else (width * bits + 31) // 32 * 4
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack(
            "<IiiHHIIiiII", header, width, height, 1, bits, compression, 0, 0, 0, 0, 0
        )
        info = (info + masks).ljust(header, b"\0") if header > 40 else info + masks
    offset = 14 + len(info) + len(palette) + tail
    body = b"".join(row.ljust(stride, b"\0") for row in rows)
    start = struct.pack("<2sIHHI", b"BM", offset + len(body), 0, 0, offset)
    return np.frombuffer(start + info + palette + b"\0" * tail + body, np.uint8)


def codecs():
    out = {}
    image, _ = picture(17, 11, 1, 3)
    out["picture"] = image

    def keep(name, data, pixels=None):
        out["file/" + name] = data
        # Files that hold the picture itself share one entry.
        if pixels is not image:
            out["pixels/" + name] = rgb(data) if pixels is None else pixels

    colour = Image.fromarray(image)
    grey = colour.convert("L")
    palette = colour.quantize(11)
    keep("bmp-24", file_bytes(colour, "BMP"), image)
    keep("bmp-32", file_bytes(colour.convert("RGBA"), "BMP"), image)
    keep("bmp-8-grey", file_bytes(grey, "BMP"))
    keep("bmp-8-palette", file_bytes(palette, "BMP"))
    keep("bmp-1", file_bytes(grey.convert("1"), "BMP"))
    bgr = image[:, :, ::-1]
    rows = [row.tobytes() for row in bgr]
    keep("bmp-24-top-down", bitmap(rows, 24, 17, -11, 40), image)
    for header in (12, 40, 52, 56, 64, 108, 124):
        keep(f"bmp-24-header-{header}", bitmap(rows[::-1], 24, 17, 11, header), image)
    keep("bmp-24-gap", bitmap(rows[::-1], 24, 17, 11, 40, tail=7), image)
    indices = np.asarray(palette)
    colours = np.asarray(palette.getpalette()[:33], np.uint8).reshape(-1, 3)
    quads = b"".join(bytes([b, g, r, 0]) for r, g, b in colours) + bytes(20)
    padded = np.pad(indices, ((0, 0), (0, 1)))
    nibbles = [(row[::2] << 4 | row[1::2]).astype(np.uint8).tobytes() for row in padded[::-1]]
    keep("bmp-4", bitmap(nibbles, 4, 17, 11, 40, palette=quads), colours[indices])
    triples = b"".join(bytes([b, g, r]) for r, g, b in colours) + bytes(15)
    keep("bmp-4-header-12", bitmap(nibbles, 4, 17, 11, 12, palette=triples), colours[indices])
    xrgb = np.dstack([np.full((11, 17), 9, np.uint8), image])[::-1]
    masks = struct.pack("<III", 0xFF00, 0xFF0000, 0xFF000000)
    keep(
        "bmp-32-masks",
        bitmap([r.tobytes() for r in xrgb], 32, 17, 11, 40, compression=3, masks=masks),
        image,
    )

    keep("jpeg-420", file_bytes(colour, "JPEG", quality=90))
    keep("jpeg-444", file_bytes(colour, "JPEG", quality=90, subsampling=0))
    keep("jpeg-progressive", file_bytes(colour, "JPEG", quality=90, progressive=True))
    keep("jpeg-grey", file_bytes(grey, "JPEG", quality=90))
    out["file/jpeg-cmyk"] = file_bytes(colour.convert("CMYK"), "JPEG")

    keep("png-rgb", file_bytes(colour, "PNG"), image)
    keep("png-grey", file_bytes(grey, "PNG"))
    keep("png-1", file_bytes(grey.convert("1"), "PNG"))
    keep("png-palette", file_bytes(palette, "PNG", transparency=3), colours[indices])
    alpha = colour.copy()
    alpha.putalpha(grey)
    keep("png-rgba", file_bytes(alpha, "PNG"), image)
    keep("png-grey-alpha", file_bytes(Image.merge("LA", (grey, grey)), "PNG"))
    wide = np.linspace(0, 65535, 17 * 11).astype(np.uint16).reshape(11, 17)
    scaled = np.rint(wide / 257).astype(np.uint8)
    keep("png-grey-16", file_bytes(Image.fromarray(wide), "PNG"), np.dstack([scaled] * 3))
    gamma = out["file/png-grey"].tobytes()
    chunk = b"gAMA" + struct.pack(">I", 100000)
    chunk = struct.pack(">I", 4) + chunk + struct.pack(">I", zipfile.crc32(chunk))
    keep("png-gamma", np.frombuffer(gamma[:33] + chunk + gamma[33:], np.uint8), rgb(out["file/png-grey"]))
    keep("png-interlaced", interlaced(image), image)
    np.savez_compressed("codecs.npz", **out)


def formats():
    """formats.npz: the rarer forms of TIFF, JPEG, PNG and BMP, and the picture each must give."""
    out = {}
    image, _ = picture(35, 23, 4, 3)
    colour = Image.fromarray(image)
    grey = np.asarray(colour.convert("L"))
    generator = np.random.default_rng(5)
    alpha = generator.integers(1, 256, (23, 35, 1), np.uint8)

    def keep(name, data, pixels):
        if isinstance(data, bytes):
            data = np.frombuffer(data, np.uint8)
        out["file/" + name] = data
        if pixels.ndim == 2:
            pixels = np.dstack([pixels] * 3)
        out["pixels/" + name] = pixels

    def tiff(array, **options):
        buffer = io.BytesIO()
        tifffile.imwrite(buffer, array, metadata=None, **options)
        return buffer.getvalue()

    for compression in (None, "lzw", "deflate", "packbits"):
        keep(f"tiff-rgb-{compression}", tiff(
            image, photometric="rgb", compression=compression, rowsperstrip=5), image)
    keep("tiff-lzw-predictor", tiff(
        image, photometric="rgb", compression="lzw", predictor=2), image)
    keep("tiff-tiles", tiff(image, photometric="rgb", tile=(16, 16), compression="deflate"), image)
    keep("tiff-big-endian", tiff(image, photometric="rgb", byteorder=">"), image)
    keep("tiff-bigtiff", tiff(image, photometric="rgb", bigtiff=True), image)
    keep("tiff-planar", tiff(
        np.moveaxis(image, 2, 0), photometric="rgb", planarconfig="separate", rowsperstrip=7), image)
    keep("tiff-planar-tiles", tiff(
        np.moveaxis(image, 2, 0), photometric="rgb", planarconfig="separate", tile=(16, 32)), image)
    keep("tiff-rgba", tiff(
        np.dstack([image, alpha]), photometric="rgb", extrasamples=["unassalpha"]), image)
    premultiplied = (image.astype(int) * alpha + 127) // 255
    keep("tiff-rgba-associated", tiff(
        np.dstack([premultiplied.astype(np.uint8), alpha]), photometric="rgb",
        extrasamples=["assocalpha"]),
        np.minimum(255, (premultiplied * 255 + alpha // 2) // alpha).astype(np.uint8))
    wide = (image.astype(np.int64) * 257 - (image > 3) * 300).astype(np.uint16)
    narrow = ((wide.astype(np.int64) * 255 + 32895) >> 16).astype(np.uint8)
    for order in "<>":
        keep("tiff-rgb-16" + ("" if order == "<" else "-big-endian"), tiff(
            wide, photometric="rgb", byteorder=order, compression="deflate"), narrow)
    keep("tiff-grey", tiff(grey, photometric="minisblack"), grey)
    keep("tiff-grey-white", tiff(255 - grey, photometric="miniswhite"), grey)
    keep("tiff-grey-16", tiff(wide[:, :, 0], photometric="minisblack"), narrow[:, :, 0])
    indexed = colour.quantize(30)
    keep("tiff-palette", file_bytes(indexed, "TIFF"), np.asarray(indexed.convert("RGB")))
    bits = colour.convert("1")
    for compression in ("raw", "group3", "group4"):
        keep(f"tiff-bits-{compression}", file_bytes(bits, "TIFF", compression=compression),
             np.asarray(bits).astype(np.uint8) * 255)
    cmyk = colour.convert("CMYK")
    keep("tiff-cmyk", file_bytes(cmyk, "TIFF"), np.asarray(cmyk.convert("RGB")))
    buffer = io.BytesIO()
    colour.save(buffer, "TIFF", compression="jpeg", quality=95)
    keep("tiff-jpeg", buffer.getvalue(), rgb(np.frombuffer(buffer.getvalue(), np.uint8)))
    second = Image.fromarray(255 - image)
    keep("tiff-pages", file_bytes(colour, "TIFF", save_all=True, append_images=[second]), image)
    for orientation in range(2, 9):
        stored = tiff(image, photometric="rgb", extratags=[(274, "H", 1, orientation, True)])
        upright = ImageOps.exif_transpose(Image.open(io.BytesIO(stored)))
        keep(f"tiff-orientation-{orientation}", stored, np.asarray(upright.convert("RGB")))
    out["file/refused-float"] = np.frombuffer(
        tiff(image[:, :, 0].astype(np.float32), photometric="minisblack"), np.uint8)
    out["file/refused-32"] = np.frombuffer(
        tiff(image[:, :, 0].astype(np.uint32), photometric="minisblack"), np.uint8)

    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        data = file_bytes(colour, "JPEG", quality=95, subsampling=0, exif=exif)
        upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data.tobytes())))
        keep(f"jpeg-orientation-{orientation}", data, np.asarray(upright))
    for name, options in [("", {}), ("-progressive", {"progressive": True})]:
        data = file_bytes(cmyk, "JPEG", quality=95, subsampling=0, **options)
        keep("jpeg-cmyk" + name, data, rgb(data))
    # Without Adobe's segment Pillow takes the inks for inverted all the same.
    data = file_bytes(cmyk, "JPEG", quality=95, subsampling=0).tobytes()
    start = data.index(b"\xff\xee")
    plain = np.frombuffer(data[:start] + data[start + 16:], np.uint8)
    keep("jpeg-cmyk-plain", plain, rgb(plain))

    for size in (2, 4, 16, 250):
        small = colour.quantize(size)
        keep(f"png-palette-{size}", file_bytes(small, "PNG", bits=8 if size > 16 else
             {2: 1, 4: 2, 16: 4}[size]), np.asarray(small.convert("RGB")))
    clear = colour.quantize(9)
    keep("png-palette-clear", file_bytes(clear, "PNG", transparency=bytes(range(0, 90, 10))),
         np.asarray(clear.convert("RGB")))

    fives = (image >> 3).astype(np.uint16)
    words = fives[:, :, 0] << 10 | fives[:, :, 1] << 5 | fives[:, :, 2]
    rows = [row.astype("<u2").tobytes() for row in words[::-1]]
    five = ((fives.astype(int) * 255 + 15) // 31).astype(np.uint8)
    keep("bmp-16", bitmap(rows, 16, 35, 23, 40), five)
    sixes = (image[:, :, 1] >> 2).astype(np.uint16)
    words = fives[:, :, 0] << 11 | sixes << 5 | fives[:, :, 2]
    rows = [row.astype("<u2").tobytes() for row in words[::-1]]
    six = np.dstack([five[:, :, 0], (sixes.astype(int) * 255 + 31) // 63, five[:, :, 2]])
    masks = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    keep("bmp-16-565", bitmap(rows, 16, 35, 23, 40, compression=3, masks=masks), six.astype(np.uint8))
    tens = image.astype(np.uint32) * 1023 // 255
    words = tens[:, :, 0] << 20 | tens[:, :, 1] << 10 | tens[:, :, 2]
    rows = [row.astype("<u4").tobytes() for row in words[::-1]]
    masks = struct.pack("<III", 1023 << 20, 1023 << 10, 1023)
    keep("bmp-32-ten-bits", bitmap(rows, 32, 35, 23, 40, compression=3, masks=masks),
         ((tens.astype(int) * 255 + 511) // 1023).astype(np.uint8))
    table = np.asarray(colour.quantize(16).getpalette()[:48], np.uint8).reshape(-1, 3)
    quads = b"".join(bytes([b, g, r, 0]) for r, g, b in table)
    indices = np.asarray(colour.quantize(16))
    keep("bmp-rle8", bitmap(runs8(indices), 8, 35, 23, 40, palette=quads + bytes(960), compression=1),
         table[indices])
    keep("bmp-rle4", bitmap(runs4(indices), 4, 35, 23, 40, palette=quads, compression=2),
         table[indices])
    stepped = indices.copy()
    stepped[5:9] = 0
    stepped[4, 20:] = stepped[9, :7] = 0
    data = runs8(indices[10:])
    body = b"".join(data[:-1]) + bytes([0, 2, 7, 0]) + singles(indices[9, 7:]) + bytes([0, 0])
    body += bytes([0, 2, 0, 4]) + singles(indices[4, :20]) + bytes([0, 0])
    body += b"".join(runs8(indices[:4]))
    keep("bmp-rle8-steps",
         bitmap([body], 8, 35, 23, 40, palette=quads + bytes(960), compression=1), table[stepped])
    np.savez_compressed("formats.npz", **out)


def singles(row):
    """A row's indices one by one, as RLE8 has them."""
    return bytes([0, len(row)]) + bytes(row.tolist()) + bytes(len(row) % 2)


def runs8(indices):
    """RLE8: rows from below, pairs of count and index; every third row one by one."""
    rows = []
    for number, row in enumerate(indices[::-1]):
        if number % 3 == 2:
            body = singles(row)
        else:
            ends = np.flatnonzero(np.diff(row)) + 1
            parts = np.split(row, ends)
            body = b"".join(bytes([len(part), int(part[0])]) for part in parts)
        rows.append(body + b"\0\0")
    return rows + [b"\0\1"]


def runs4(indices):
    """RLE4: rows from below; each pair of pixels a run of two, then rows one by one."""
    rows = []
    for number, row in enumerate(indices[::-1]):
        pairs = [int(a) << 4 | int(b) for a, b in zip(row[::2], list(row[1::2]) + [0])]
        if number % 2:
            body = bytes([0, len(row)]) + bytes(pairs) + bytes(len(pairs) % 2)
        else:
            body = b"".join(
                bytes([min(2, len(row) - 2 * at), pair]) for at, pair in enumerate(pairs))
        rows.append(body + b"\0\0")
    return rows + [b"\0\1"]


def interlaced(image):
    """An RGB PNG in Adam7's seven passes: Pillow reads such files and does not write them."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    raw = b""
    for x, y, dx, dy in passes:
        for row in image[y::dy, x::dx]:
            raw += b"\0" + row.tobytes()

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zipfile.crc32(name + body))

    height, width = image.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    data += chunk(b"IDAT", zipfile.zlib.compress(raw)) + chunk(b"IEND", b"")
    assert (rgb(np.frombuffer(data, np.uint8)) == image).all()
    return np.frombuffer(data, np.uint8)


def arrays():
    out = {}

    def npy(array, version=None):
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, array, version=version)
        return np.frombuffer(buffer.getvalue(), np.uint8)

    numbers = np.arange(24).reshape(2, 3, 4)
    for kind in ("u1", "<i4", "<i8", "<f4", "<f8", ">f4", "<i2", "?"):
        out["npy/" + kind.replace("<", "").replace(">", "big-")] = npy(numbers.astype(kind))
    for major in (1, 2, 3):
        out[f"npy/version-{major}"] = npy(numbers.astype(np.float32), (major, 0))
    out["npy/fortran"] = npy(np.asfortranarray(numbers.astype(np.float32)))
    out["npy/structured"] = npy(np.zeros(3, [("x", "<f4"), ("[y", "<i4")]))
    out["npy/scalar"] = npy(np.float32(7))
    out["npy/vector"] = npy(np.arange(5, dtype=np.float32))
    out["npy/empty"] = npy(np.zeros((0, 4), np.float32))

    def npz(method, wide):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for name, array in (("numbers", numbers.astype(np.int32)), ("ones", np.ones(300, np.uint8))):
                info = zipfile.ZipInfo(name + ".npy")
                info.compress_type = method
                with archive.open(info, "w", force_zip64=wide) as member:
                    np.lib.format.write_array(member, array)
            archive.writestr(zipfile.ZipInfo("readme.txt"), "no array")
        return np.frombuffer(buffer.getvalue(), np.uint8)

    out["npz/stored"] = npz(zipfile.ZIP_STORED, False)
    out["npz/deflated"] = npz(zipfile.ZIP_DEFLATED, False)
    out["npz/zip64"] = npz(zipfile.ZIP_DEFLATED, True)
    out["npz/bzip2"] = npz(zipfile.ZIP_BZIP2, False)
    np.savez_compressed("arrays.npz", **out)


def operations():
    out = {}
    image, _ = picture(29, 24, 2, 6)
    out["image"] = image
    pil = Image.fromarray(image)
    for width, height in ((13, 10), (29, 11), (41, 33), (5, 41), (1, 1), (28, 25)):
        out[f"resized/{width}x{height}"] = np.asarray(pil.resize((width, height), Image.BILINEAR))
    out["grey"] = np.asarray(pil.convert("L"))
    out["resized-grey/13x10"] = np.asarray(pil.convert("L").resize((13, 10), Image.BILINEAR))
    out["saturation"] = np.rint(color.rgb2hsv(image)[:, :, 1] * 255).astype(np.uint8)
    for radius in (1, 2, 5):
        side = 2 * radius + 1
        out[f"median/{radius}"] = ndimage.median_filter(image, (side, side, 1), mode="nearest")
    tensor = torch.from_numpy(image).permute(2, 0, 1)

    def back(tensor):
        return tensor.permute(1, 2, 0).numpy()

    for factor in (0.0, 0.4, 1.0, 1.7):
        out[f"brightness/{factor}"] = back(functional.adjust_brightness(tensor, factor))
        out[f"contrast/{factor}"] = back(functional.adjust_contrast(tensor, factor))
    bilinear = InterpolationMode.BILINEAR
    out["rotated/20"] = back(functional.rotate(tensor, 20, bilinear))
    out["rotated/90"] = back(functional.rotate(tensor, 90, bilinear))
    # Clockwise here, counter-clockwise in rotate.
    out["affine"] = back(functional.affine(tensor, -33, [3, -2], 1.3, [0, 0], bilinear))
    shear = [float(np.degrees(np.arctan(0.3))), 0]
    out["sheared"] = back(functional.affine(tensor, 0, [0, 0], 1, shear, bilinear))

    generator = np.random.default_rng(3)
    greys = [
        np.asarray(pil.convert("L")),
        generator.integers(0, 256, (30, 40)).astype(np.uint8),
        np.where(generator.random((20, 20)) < 0.3, 200, 31).astype(np.uint8),
        np.full((5, 5), 77, np.uint8),
        np.clip(generator.normal(90, 25, (50, 50)), 0, 255).astype(np.uint8),
    ]
    for index, grey in enumerate(greys):
        out[f"otsu/{index}"] = grey
    out["otsu-thresholds"] = np.array([filters.threshold_otsu(grey) for grey in greys], np.int32)

    masks, contours = [], []
    for density in (0.15, 0.3, 0.4, 0.5, 0.6, 0.8):
        for smooth in (0, 1):
            noise = generator.random((24, 31))
            noise = ndimage.uniform_filter(noise, 3) if smooth else noise
            mask = noise < np.quantile(noise, density)
            masks.append(mask)
            contours.append(largest(mask))
    out["masks"] = np.array(masks, np.uint8)
    out["contours"] = np.array(contours, np.int32)

    # A size at which both lay the same starting grid, of 8 x 6.
    scene, cells = picture(80, 60, 5, 2)
    # scikit-image stretches contrast to the full range first; this leaves it nothing to stretch.
    scene[0, :2] = [[0, 0, 0], [255, 255, 255]]
    out["slic/image"] = scene
    out["slic/cells"] = cells
    out["slic/labels"] = segmentation.slic(
        scene, n_segments=48, compactness=10, sigma=0, start_label=0, channel_axis=-1
    ).astype(np.uint8)
    np.savez_compressed("operations.npz", **out)


def augmentations():
    """augmentations.npz: torchvision's operations on 8-bit tensors, and Pillow's emboss."""
    image, _ = picture(31, 27, 9, 6)
    tensor = torch.from_numpy(image).permute(2, 0, 1)
    out = {"image": image}

    def keep(name, result):
        out[name] = result.permute(1, 2, 0).numpy()

    keep("autocontrast", functional.autocontrast(tensor))
    keep("equalize", functional.equalize(tensor))
    for bits in (1, 4, 7):
        keep(f"posterize {bits}", functional.posterize(tensor, bits))
    for threshold in (0, 128, 200):
        keep(f"solarize {threshold}", functional.solarize(tensor, threshold))
    for factor in (0.1, 0.7, 1.9):
        keep(f"colour {factor}", functional.adjust_saturation(tensor, factor))
        keep(f"contrast {factor}", functional.adjust_contrast(tensor, factor))
        keep(f"brightness {factor}", functional.adjust_brightness(tensor, factor))
        keep(f"sharpness {factor}", functional.adjust_sharpness(tensor, factor))
    edges = np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])
    fill = float(np.floor(edges.mean() + 0.5))

    def affine(name, angle=0.0, translate=(0, 0), shear=(0.0, 0.0)):
        def moved(x):
            return functional.affine(
                x, angle, list(translate), 1.0, list(shear), InterpolationMode.BILINEAR)

        # torchvision's own filling multiplies what it samples at an edge with its share twice.
        share = moved(torch.ones(1, *tensor.shape[1:]))
        keep(name, (moved(tensor.float()) + (1 - share) * fill + 0.5).to(torch.uint8))

    affine("rotate 25", angle=-25.0)
    affine("translate-x 0.2", translate=(6, 0))
    affine("translate-y -0.3", translate=(0, -8))
    for amount in (-0.3, 0.2):
        degrees = float(np.degrees(np.arctan(amount)))
        # torchvision's x-shear moves what lies below to the left.
        affine(f"shear-x {amount}", shear=(-degrees, 0.0))
        affine(f"shear-y {amount}", shear=(0.0, -degrees))
    out["emboss"] = np.asarray(Image.fromarray(image).filter(ImageFilter.EMBOSS))
    np.savez_compressed("augmentations.npz", **out)


def largest(mask):
    """Left, top, width, height and filled area of the largest region; the first of equal ones."""
    labels = measure.label(mask, connectivity=2)
    best = None
    for region in range(1, labels.max() + 1):
        own = labels == region
        # A hole is joined by sides where the region is joined by corners too.
        area = int(ndimage.binary_fill_holes(own).sum())
        if best is None or area > best[4]:
            rows, columns = np.nonzero(own)
            left, top = columns.min(), rows.min()
            best = (left, top, columns.max() - left + 1, rows.max() - top + 1, area)
    return best


if __name__ == "__main__":
    codecs()
    formats()
    augmentations()
    arrays()
    operations()
