#!/usr/bin/env python3
"""LIME and Kernel SHAP of images of 224 pixels through MobileNetV2, beside the packages lime and captum on PyTorch.

Both explain the same images, with the same weights, number of samples and super-pixels (SLIC), in two threads. They
take turns. Assay's time is that of the `explain` cell in its record: it includes loading the model, predicting
the test set, drawing the views and writing them. The packages' is from an image in memory to its weights
(super-pixels included, start and imports not). Each package runs twice: in the obvious program, with PyTorch's
default memory layout and 32 variants at once, and tuned, with the batch and memory layout that are fastest in a trial.
The images are synthetic, and the network is trained for one epoch: what a variant costs does not depend on either.

    python3 Benchmarks/explanations.py [--images 4] [--samples 1000] [--rounds 3]

Needs torch, torchvision, safetensors, numpy, scikit-image, lime and captum. Exits with 1 if a median ratio to the
obvious program is below 1.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

THREADS = 2
# Read when the libraries are loaded.
os.environ.update(OMP_NUM_THREADS=str(THREADS), OPENBLAS_NUM_THREADS=str(THREADS), TQDM_DISABLE="1")

import numpy as np
import torch
import torch.nn as nn
from blood_cells import checkout, head, rows
from captum.attr import KernelShap
from lime.lime_image import LimeImageExplainer
from safetensors.torch import load_file
from skimage.segmentation import slic
from torchvision.models import mobilenet_v2

SIZE, SEGMENTS, COMPACTNESS = 224, 60, 10
# The first is that of the trial of memory layouts.
BATCHES = [32, 8, 16, 64]
# The setting of the obvious program.
OBVIOUS = (BATCHES[0], torch.contiguous_format)
# Samples of a trial, a multiple of every batch.
TRIAL = 64
# The cell that explains, the package beside it, and what is stored for each super-pixel.
METHODS = {"lime": ("lime", "-weights.npy"), "kernel-shap": ("captum", "-values.npy")}


class Ours:
    """A pipeline from synthetic images to a network of one epoch, and an `explain` of each method."""

    def __init__(self, options, folder):
        self.assay, self.folder, self.results = options.assay, folder, str(folder / "results")
        self.file = folder / "explanations.json"
        data = folder / "data"
        subprocess.run(
            [self.assay, "synthesise", data, "--sources", "pbc", "--images", "160"],
            check=True, stdout=subprocess.DEVNULL)
        self.stages = {
            "samples": {"uses": "ingest/pbc", "with": {"root": str(data / "PBC_dataset_normal_DIB")}},
            "labels": {"uses": "harmonise-labels", "needs": "samples", "with": {"scheme": "cell-type"}},
            "cells": {"uses": "crop-normalise", "needs": "labels", "with": {"size": SIZE, "sheet": 0}},
            "split": {"uses": "split", "needs": "cells", "with": {"fractions": [0.8, 0.1, 0.1]}},
            "model": {
                "uses": "fine-tune", "needs": ["cells", "split"],
                "with": {"backbone": "mobilenet-v2", "epochs": 1, "batch": 16},
            },
        }
        self.run("model")
        test = [row["id"] for row in rows(self.get("split.split") / "split.csv") if row["part"] == "test"]
        self.ids = test[:options.images]
        self.samples = options.samples

    def run(self, target):
        self.file.write_text(json.dumps({"assay": 1, "name": "explanations", "stages": self.stages}))
        done = subprocess.run(
            [self.assay, "run", self.file, target, "--jobs", "1", "--cpus", str(THREADS), "--results", self.results],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout)

    def get(self, target):
        folder = self.folder / target
        shutil.rmtree(folder, ignore_errors=True)
        return checkout(self.assay, self.results, "latest", target, folder)

    def seconds(self, method, number):
        """The seconds of the cell that explains all images in a round."""
        self.stages[method] = {
            "uses": "explain", "needs": ["model", "cells", "split"],
            "with": {
                "methods": [method], "ids": self.ids, "samples": self.samples, "segments": SEGMENTS,
                # A different compactness gives a different key; the work is the same.
                "compactness": COMPACTNESS + 1e-9 * number,
            },
        }
        self.run(method)
        shown = subprocess.run(
            [self.assay, "show", "--json", "--results", self.results],
            check=True, capture_output=True, text=True).stdout
        return next(cell["seconds"] for cell in json.loads(shown)["cells"] if cell["stage"] == method)

    def explained(self, method):
        """For each image the class, its probability, the number of each pixel's super-pixel, and the super-pixels."""
        folder = self.get(f"{method}.explanations")
        found = []
        for row in rows(folder / "index.csv"):
            files = row["files"].split()
            values, segments = (
                np.load(folder / next(name for name in files if name.endswith(end)))
                for end in (METHODS[method][1], "-segments.npy"))
            found.append((row["predicted"], float(row["probability"]), values[segments], segments))
        return found


def superpixels(image):
    return slic(image, n_segments=SEGMENTS, compactness=COMPACTNESS, start_label=0)


class Theirs:
    """The same network in torchvision, explained by lime and by captum."""

    def __init__(self, ours):
        model = ours.get("model.model")
        card = json.loads((model / "model.json").read_text())
        self.classes = card["classes"]
        self.model = mobilenet_v2(weights=None)
        self.model.classifier = head(1280, len(self.classes), 0.3)
        missing, unexpected = self.model.load_state_dict(load_file(model / "model.safetensors"), strict=False)
        # Counters of batches are not in the file, and not used in eval mode.
        if unexpected or [name for name in missing if not name.endswith("num_batches_tracked")]:
            sys.exit(f"the model does not fit torchvision's MobileNetV2: {missing + unexpected}")
        self.model.eval()
        self.mean, self.std = (
            torch.tensor(card["normalisation"][name]).view(1, 3, 1, 1) for name in ("mean", "std"))
        cells = ours.get("cells.images")
        pixels = np.load(cells / "pixels.npy")
        index = {row["id"]: i for i, row in enumerate(rows(cells / "samples.csv"))}
        self.images = [np.ascontiguousarray(pixels[index[name]]) for name in ours.ids]
        self.batch, self.layout = BATCHES[0], torch.contiguous_format

    def use(self, batch, layout):
        self.batch, self.layout = batch, layout
        self.model.to(memory_format=layout)

    def inputs(self, images):
        """The network's input for uint8 images, height by width by channel."""
        return (torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255 - self.mean) / self.std

    def forward(self, inputs):
        with torch.no_grad():
            return nn.functional.softmax(self.model(inputs.contiguous(memory_format=self.layout)), 1)

    def predict(self, images):
        return self.forward(self.inputs(images)).numpy()

    def lime(self, image, samples, segment):
        """The weight of each pixel's super-pixel for the predicted class, and the super-pixels."""
        found = LimeImageExplainer(random_state=1).explain_instance(
            image, self.predict, top_labels=1, num_samples=samples, batch_size=self.batch,
            segmentation_fn=segment)
        weights = dict(found.local_exp[found.top_labels[0]])
        return np.array([weights[i] for i in range(len(weights))])[found.segments], found.segments

    def shap(self, image, samples, segment):
        """The same with Shapley values."""
        segments = segment(image)
        hidden = image.copy()
        for part in np.unique(segments):
            hidden[segments == part] = image[segments == part].mean(0)
        inputs = self.inputs(image[None])
        values = KernelShap(self.forward).attribute(
            inputs, baselines=self.inputs(hidden[None]), target=int(self.forward(inputs).argmax()),
            feature_mask=torch.from_numpy(segments)[None, None], n_samples=samples,
            perturbations_per_eval=self.batch)
        return values[0, 0].numpy(), segments

    def explain(self, method, images, samples, segment=superpixels):
        """The seconds for some images, and their explanations."""
        explainer = self.lime if method == "lime" else self.shap
        began = time.perf_counter()
        found = [explainer(image, samples, segment) for image in images]
        return time.perf_counter() - began, found

    def tune(self, method):
        """The batch and layout that are fastest: the layout first, then the batch."""
        seconds = {}

        def attempt(batch, layout):
            self.use(batch, layout)
            seconds[batch, layout] = self.explain(method, self.images[:1], TRIAL)[0]

        # The first call is slower than the others, whatever it is.
        attempt(BATCHES[0], torch.contiguous_format)
        for layout in [torch.contiguous_format, torch.channels_last]:
            attempt(BATCHES[0], layout)
        _, layout = min(seconds, key=seconds.get)
        for batch in BATCHES[1:]:
            attempt(batch, layout)
        return min(seconds, key=seconds.get)


def check(own, theirs):
    """Ends the program if the two networks do not predict the same."""
    for (name, probability, _, _), row in zip(own, theirs.predict(np.stack(theirs.images))):
        if theirs.classes[row.argmax()] != name or abs(row.max() - probability) > 1e-3:
            sys.exit(f"assay predicts {name} ({probability}), torch {theirs.classes[row.argmax()]} ({row.max()})")


def named(batch, layout):
    return f"batch {batch}, {'channels last' if layout == torch.channels_last else 'contiguous'}"


def compare(method, ours, theirs, options):
    """The median ratio of a method to the obvious program."""
    package = METHODS[method][0]
    settings = {"obvious": OBVIOUS, "tuned": theirs.tune(method)}
    ratios = {name: [] for name in settings}
    for number in range(1, options.rounds + 1):
        mine = ours.seconds(method, number)
        line = f"{method:11}  round {number}: assay {mine:6.2f} s"
        for name, setting in settings.items():
            theirs.use(*setting)
            other, found = theirs.explain(method, theirs.images, options.samples)
            ratios[name].append(other / mine)
            line += f", {package} {name} {other:6.2f} s, ratio {ratios[name][-1]:.2f}"
        print(line, flush=True)
    own = ours.explained(method)
    check(own, theirs)
    counts = []
    for side in (own, found):
        numbers = [len(np.unique(each[-1])) for each in side]
        counts.append(f"{min(numbers)} to {max(numbers)}")
    # With the same super-pixels, only the drawn variants differ.
    _, _, ours_map, segments = own[0]
    _, [(theirs_map, _)] = theirs.explain(
        method, theirs.images[:1], options.samples, lambda _: segments.astype(np.int64))
    alike = np.corrcoef(ours_map.ravel(), theirs_map.ravel())[0, 1]
    for name, setting in settings.items():
        own_ratios = ratios[name]
        print(f"{method:11}  {package} {name}, time / ours: median {statistics.median(own_ratios):.2f} "
              f"({min(own_ratios):.2f} to {max(own_ratios):.2f}); {named(*setting)}", flush=True)
    print(f"{method:11}  super-pixels: {counts[0]}, {package} {counts[1]}; with the same ones, correlation of a map "
          f"{alike:.2f}", flush=True)
    return statistics.median(ratios["obvious"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--images", default=4, type=int, help="number of images, up to 16")
    parser.add_argument(
        "--samples", default=1000, type=int, help="per image; Kernel SHAP needs more than there are super-pixels")
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--only", action="append", choices=sorted(METHODS))
    parser.add_argument("--assay", default=".build/release/assay")
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    with tempfile.TemporaryDirectory() as scratch:
        ours = Ours(options, pathlib.Path(scratch).resolve())
        theirs = Theirs(ours)
        print(f"{len(theirs.images)} images of {SIZE} pixels, {options.samples} samples each", flush=True)
        ratios = {method: compare(method, ours, theirs, options) for method in options.only or METHODS}
    short = [method for method, ratio in ratios.items() if ratio < 1]
    verdict = "not met by " + ", ".join(short) if short else "met"
    print(f"gate, every ratio to the obvious program at least 1.0: {verdict}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
