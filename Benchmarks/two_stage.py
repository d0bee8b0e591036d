#!/usr/bin/env python3
"""The two-stage protocol beside the obvious PyTorch program: MobileNetV2 on PBC cells of 224 pixels, twelve
epochs of the head behind frozen convolutions, then twelve with the last three blocks open.

Both see the same pixels, split and views, in as many threads. Assay's time is that of `assay run` where all
but the training is cached (start-up, views and the memo's writing are in it, and the memo starts empty);
PyTorch's is that of its training loops alone, on views that were rendered beforehand.

    python3 Benchmarks/two_stage.py --data DIR --weights FILE [--views 1] [--views 4]

Needs torch, torchvision, safetensors and numpy.
"""
import argparse
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

import torch
import torch.nn as nn
from blood_cells import Data, checkout, head
from safetensors.torch import load_file
from torchvision.models import mobilenet_v2

EPOCHS, OPEN = 12, 3


def pipeline(data, weights, views, stages):
    """The pipeline up to views, the model, or its scores."""
    training = {
        "backbone": "mobilenet-v2", "weights": str(weights.resolve()), "head-epochs": EPOCHS,
        "epochs": EPOCHS, "open-blocks": OPEN, "fine-learning-rate": 1e-4, "schedule": "constant",
        "patience": 1000, "decay-all": True,
    }
    every = {
        "cells": {"uses": "ingest/pbc", "with": {"root": str(data.resolve() / "PBC_dataset_normal_DIB")}},
        "labels": {"uses": "harmonise-labels", "needs": "cells", "with": {"scheme": "cell-type"}},
        "crops": {"uses": "crop-normalise", "needs": "labels", "with": {"size": 224}},
        "split": {"uses": "split", "needs": "crops", "with": {"fractions": [0.3, 0.1, 0.6]}},
        "views": {
            "uses": "augment", "needs": ["split", "crops"],
            "with": {"policy": "plain", "views": views, "rotation": 180},
        },
        "model": {"uses": "fine-tune", "needs": ["crops", "split", "views"], "with": training},
        "scores": {"uses": "evaluate", "needs": ["model", "crops", "split"]},
    }
    return {"assay": 1, "name": "two-stage", "stages": dict(list(every.items())[:stages])}


class Program(nn.Module):
    """torchvision's MobileNetV2 with the papers' head."""

    def __init__(self, weights, classes):
        super().__init__()
        model = mobilenet_v2(weights=None)
        model.load_state_dict(load_file(weights), strict=False)
        self.features = model.features
        self.classifier = head(1280, classes, 0.3)

    def forward(self, x):
        return self.classifier(nn.functional.adaptive_avg_pool2d(self.features(x), 1).flatten(1))


def train(model, data, validation, batch):
    """Both stages; the seconds they take, and whether images are better channels last is tried before."""
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    began = time.perf_counter()
    for opened, rate in [(0, 1e-3), (OPEN, 1e-4)]:
        for index, block in enumerate(model.features):
            block.requires_grad_(index >= len(model.features) - opened)
        adam = torch.optim.Adam(
            [p for p in model.parameters() if p.requires_grad], lr=rate, weight_decay=1e-4)
        for epoch in range(EPOCHS):
            model.train()
            model.features.eval()
            images = data.views[epoch % len(data.views)]
            for part in torch.randperm(len(images)).split(batch):
                adam.zero_grad()
                criterion(model(images[part]), data.labels[part]).backward()
                adam.step()
            model.eval()
            with torch.inference_mode():
                for images in validation[0].split(batch):
                    model(images)
    return time.perf_counter() - began


def compare(views, options, folder):
    def run(stages):
        path = folder / "two-stage.json"
        path.write_text(json.dumps(pipeline(options.data, options.weights, views, stages)))
        began = time.perf_counter()
        subprocess.run(
            [options.assay, "run", path, "--results", folder / "results"], check=True,
            stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    run(5)
    ours = run(6)
    run(7)
    scores = json.loads(subprocess.run(
        [options.assay, "metrics", "latest", "--name", "test/accuracy", "--json", "--results",
         folder / "results"], check=True, capture_output=True, text=True).stdout)
    accuracy = next(row["metrics"]["test/accuracy"] for row in scores if "test/accuracy" in row["metrics"])

    with sqlite3.connect(folder / "results" / "assay.sqlite") as record:
        memory = record.execute(
            "SELECT max(peak_memory) FROM stage_run WHERE stage = 'model'").fetchone()[0] / 2**20

    def get(target):
        return checkout(options.assay, folder / "results", "latest", target, folder / target)

    card = json.loads((get("model.model") / "model.json").read_text())

    def last(images):
        return images.to(memory_format=torch.channels_last)

    data = Data(
        get("crops.images"), get("split.split"), get("views.views"), card["normalisation"], last)
    model = Program(options.weights, len(data.classes)).to(memory_format=torch.channels_last)
    theirs = train(model, data, data.validation, 32)
    model.eval()
    with torch.inference_mode():
        hits = sum(
            (model(images).argmax(1) == labels).sum().item()
            for images, labels in zip(data.test[0].split(32), data.test[1].split(32)))
    print(f"{views} view{'s' if views > 1 else ' '}  {len(data.train)} images  assay {ours:6.1f} s  torch "
          f"{theirs:6.1f} s  ratio {theirs / ours:5.2f}   test accuracy: assay {accuracy:.4f}, torch "
          f"{hits / len(data.test[1]):.4f}   memory: assay {memory:.0f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--weights", required=True, type=pathlib.Path)
    parser.add_argument("--views", action="append", type=int)
    parser.add_argument("--assay", default=".build/release/assay")
    options = parser.parse_args()
    torch.set_num_threads(2)
    for views in options.views or [4, 1]:
        with tempfile.TemporaryDirectory() as folder:
            compare(views, options, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
