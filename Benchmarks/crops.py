#!/usr/bin/env python3
"""Decode, crop and resize: `crop-normalise` beside the obvious OpenCV program on two processes.

Both read the same files, take the 3 x 3 median, find the largest contour of Otsu's mask of the saturation,
cut a square box with a margin, resize it to 224 x 224 and write one uint8 array. They take turns. Assay's
time is the stage's in its record, so it includes what the runner does with a result: its SHA-256, and
waiting until it is on the disk. OpenCV's is from its first image to the written array (start and imports
are not counted), and once more with the same two promises kept. Prints images a second, the ratios by round,
and how far the boxes lie apart.

    python3 Benchmarks/crops.py --data DIR [--set pbc|c-nmc] [--rounds 9]

DIR holds PBC_dataset_normal_DIB or C-NMC_Leukemia. Needs opencv-python-headless and numpy.
"""
import argparse
import csv
import hashlib
import json
import multiprocessing
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import cv2
import numpy as np

SETS = {
    "pbc": ("ingest/pbc", "cell-type", "PBC_dataset_normal_DIB"),
    "c-nmc": ("ingest/c-nmc", "binary", "C-NMC_Leukemia"),
}
SIZE = 224


def crop(path):
    """One file as a crop, and its box."""
    image = cv2.imread(path, cv2.IMREAD_COLOR)
    image = cv2.medianBlur(image, 3)
    saturation = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)[:, :, 1]
    _, mask = cv2.threshold(saturation, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    height, width = mask.shape
    x, y, w, h = 0, 0, width, height
    if contours:
        largest = max(contours, key=cv2.contourArea)
        if cv2.contourArea(largest) >= 0.01 * width * height:
            x, y, w, h = cv2.boundingRect(largest)
            extra = round(0.05 * max(w, h))
            edge = min(max(w, h) + 2 * extra, width, height)
            x = min(max(x + (w - edge) // 2, 0), width - edge)
            y = min(max(y + (h - edge) // 2, 0), height - edge)
            w = h = edge
    part = cv2.resize(image[y:y + h, x:x + w], (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(part, cv2.COLOR_BGR2RGB), (x, y, w, h)


def prepare():
    cv2.setNumThreads(1)


def theirs(pool, paths, target):
    """Seconds until the array is written, and until it is hashed and on the disk; and the boxes."""
    began = time.perf_counter()
    crops, boxes = zip(*pool.map(crop, paths, chunksize=32))
    np.save(target, np.stack(crops))
    written = time.perf_counter() - began
    with open(target, "rb") as file:
        hashlib.file_digest(file, "sha256")
        os.fsync(file.fileno())
    return written, time.perf_counter() - began, boxes


class Ours:
    """A pipeline of an ingest and a crop, whose crop runs anew each round."""

    def __init__(self, assay, kind, scheme, root, folder):
        self.assay, self.folder = assay, folder
        self.file = folder / "crops.json"
        self.file.write_text(json.dumps({
            "assay": 1, "name": "crops", "parameters": {"margin": 0.05, "size": SIZE},
            "stages": {
                "samples": {"uses": kind, "with": {"root": str(root)}},
                "labels": {
                    "uses": "harmonise-labels", "needs": "samples", "with": {"scheme": scheme},
                },
                "cells": {
                    "uses": "crop-normalise", "needs": "labels",
                    "with": {"size": "${size}", "mask": "saturation", "margin": "${margin}", "sheet": 0},
                },
            },
        }))

    def call(self, *words):
        return subprocess.run(
            [self.assay, *words, "--results", str(self.folder / "results")],
            capture_output=True, text=True, check=True).stdout

    def seconds(self, round_number):
        # A different margin gives a different key; the work is the same.
        self.call("run", str(self.file), "--set", f"margin={0.05 + 1e-9 * round_number}")
        cells = json.loads(self.call("show", "--json"))["cells"]
        return next(cell["seconds"] for cell in cells if cell["stage"] == "cells")

    def boxes(self):
        shutil.rmtree(self.folder / "images", ignore_errors=True)
        self.call("checkout", "latest", "cells.images", str(self.folder / "images"))
        with open(self.folder / "images" / "crops.csv", newline="") as file:
            return {row["id"]: tuple(int(row[n]) for n in ("x", "y", "width", "height"))
                    for row in csv.DictReader(file)}

    def files(self):
        self.call("checkout", "latest", "samples.files", str(self.folder / "files"))
        with open(self.folder / "files" / "files.csv", newline="") as file:
            return {row["id"]: row["path"] for row in csv.DictReader(file)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--set", default="pbc", choices=sorted(SETS))
    parser.add_argument("--rounds", default=9, type=int)
    parser.add_argument("--assay", default=".build/release/assay")
    arguments = parser.parse_args()
    kind, scheme, name = SETS[arguments.set]
    root = (arguments.data / name).resolve()
    with tempfile.TemporaryDirectory() as scratch, \
            multiprocessing.Pool(2, initializer=prepare) as pool:
        ours = Ours(arguments.assay, kind, scheme, root, pathlib.Path(scratch))
        ours.seconds(0)
        files = ours.files()
        ids = sorted(ours.boxes())
        paths = [str(root / files[i]) for i in ids]
        target = pathlib.Path(scratch) / "theirs.npy"
        theirs(pool, paths, target)
        ratios, promised = [], []
        for number in range(1, arguments.rounds + 1):
            mine = ours.seconds(number)
            written, kept, boxes = theirs(pool, paths, target)
            ratios.append(written / mine)
            promised.append(kept / mine)
            print(f"round {number}: assay {len(ids) / mine:5.0f} images/s, OpenCV "
                  f"{len(ids) / written:5.0f} (hashed and synced {len(ids) / kept:5.0f}), "
                  f"ratio {ratios[-1]:.2f} ({promised[-1]:.2f})")
        own = ours.boxes()
        apart = [max(abs(a - b) for a, b in zip(own[i], box)) for i, box in zip(ids, boxes)]
        print(f"{len(ids)} images; boxes apart by more than 2 pixels: "
              f"{sum(distance > 2 for distance in apart)}")
        for name, list_of in [("plain", ratios), ("hashed and synced", promised)]:
            print(f"OpenCV's time / ours, {name}: median {statistics.median(list_of):.2f} "
                  f"({min(list_of):.2f} to {max(list_of):.2f})")


if __name__ == "__main__":
    main()
