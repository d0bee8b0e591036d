#!/usr/bin/env python3
"""The training of Pipelines/blood-cells.json once more, in PyTorch, and both accuracies beside
each other.

Takes a finished run's own artifacts (crops, splits, views) out of the store, so that both programs
see the same pixels in the same parts; trains the same network by the same protocol; prints the mean
test accuracy of either over the seeds.

    assay run Pipelines/blood-cells.json --set data=DIR
    python3 Benchmarks/blood_cells.py --results results

Needs torch, torchvision and numpy. `--repeats N` trains N times a seed with other first weights, to
show how far chance alone moves the number.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as T


class CNN(nn.Module):
    """The backbone `cnn`: see Sources/Stages/Neural/Backbone.swift."""

    def __init__(self, classes, dropout):
        super().__init__()
        layers = []
        for inputs, outputs, stride, pools in [
            (3, 16, 2, False), (16, 32, 1, True), (32, 64, 1, True), (64, 128, 1, False),
        ]:
            layers += [
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs), nn.ReLU(),
            ]
            if pools:
                layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(128, 128), nn.ReLU(),
            nn.Dropout(dropout), nn.Linear(128, classes))
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), 1).flatten(1))


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def checkout(assay, results, run, target, folder):
    subprocess.run(
        [assay, "checkout", run, target, str(folder), "--results", results],
        check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(folder)


def shown(image, view):
    """One view of an image, uint8 CHW, as views.csv has it."""
    edges = torch.cat(
        [image[:, 0].flatten(), image[:, -1].flatten(), image[:, 1:-1, 0].flatten(),
         image[:, 1:-1, -1].flatten()]).float()
    fill = [float(edges.mean().round())] * 3
    if view["flip_h"] == "1":
        image = T.hflip(image)
    if view["flip_v"] == "1":
        image = T.vflip(image)
    angle, zoom = float(view["angle"]), float(view["zoom"])
    if angle != 0 or zoom != 1:
        image = T.affine(
            image, -angle, [0, 0], zoom, [0.0, 0.0], InterpolationMode.BILINEAR, fill)
    image = T.adjust_brightness(image, float(view["brightness"]))
    return T.adjust_contrast(image, float(view["contrast"]))


class Data:
    """The parts of one split, with all views of the training images rendered once."""

    def __init__(self, cells, split, views, normalisation):
        pixels = torch.from_numpy(np.load(cells / "pixels.npy")).permute(0, 3, 1, 2)
        samples = rows(cells / "samples.csv")
        part = {row["id"]: row["part"] for row in rows(split / "split.csv")}
        self.classes = sorted({row["label"] for row in samples})
        labels = torch.tensor([self.classes.index(row["label"]) for row in samples])
        index = {row["id"]: i for i, row in enumerate(samples)}
        mean, std = (
            torch.tensor(normalisation[name]).view(1, 3, 1, 1) for name in ("mean", "std"))

        def ready(images):
            return ((images.float() / 255) - mean) / std

        def of(name):
            return [i for i, row in enumerate(samples) if part.get(row["id"]) == name]

        self.train = of("train")
        self.labels = labels[self.train]
        table = {}
        for row in rows(views / "views.csv"):
            table.setdefault(int(row["view"]), {})[row["id"]] = row
        ids = [samples[i]["id"] for i in self.train]
        self.views = [
            ready(torch.stack([shown(pixels[index[i]], view[i]) for i in ids]))
            for _, view in sorted(table.items())]
        self.validation = (ready(pixels[of("validation")]), labels[of("validation")])
        self.test = (ready(pixels[of("test")]), labels[of("test")])


def macro_f1(predicted, labels, classes):
    scores = []
    for c in range(classes):
        hit = ((predicted == c) & (labels == c)).sum().item()
        total = (predicted == c).sum().item() + (labels == c).sum().item()
        scores.append(2 * hit / total if total else 0.0)
    return sum(scores) / classes


def train(data, settings, seed):
    """Trains by the protocol of `fine-tune`; the test accuracy of the best epoch's weights."""
    torch.manual_seed(seed)
    classes = len(data.classes)
    model = CNN(classes, settings["dropout"])
    criterion = nn.CrossEntropyLoss(label_smoothing=settings["label-smoothing"])
    optimiser = torch.optim.Adam(
        model.parameters(), lr=settings["learning-rate"], weight_decay=settings["weight-decay"])
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimiser, factor=settings["plateau-factor"], patience=settings["plateau-patience"])
    best, lowest, since = None, float("inf"), 0
    count = len(data.train)
    for epoch in range(settings["epochs"]):
        model.train()
        images = data.views[epoch % len(data.views)]
        order = torch.randperm(count)
        steps = -(-count // settings["batch"])
        for step in range(steps):
            batch = order[count * step // steps:count * (step + 1) // steps]
            optimiser.zero_grad()
            criterion(model(images[batch]), data.labels[batch]).backward()
            optimiser.step()
        model.eval()
        with torch.no_grad():
            logits = model(data.validation[0])
        loss = criterion(logits, data.validation[1]).item()
        score = (macro_f1(logits.argmax(1), data.validation[1], classes), -loss)
        if best is None or score > best[0]:
            best = (score, {k: v.clone() for k, v in model.state_dict().items()})
        schedule.step(loss)
        if loss < lowest:
            lowest, since = loss, 0
        else:
            since += 1
        if since >= settings["patience"]:
            break
    model.load_state_dict(best[1])
    model.eval()
    with torch.no_grad():
        predicted = model(data.test[0]).argmax(1)
    return (predicted == data.test[1]).float().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--results", default="results")
    parser.add_argument("--run", default="latest")
    parser.add_argument("--pipeline", default="Pipelines/blood-cells.json")
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(2)

    shown_run = json.loads(subprocess.run(
        [options.assay, "metrics", options.run, "--name", "test/accuracy", "--json",
         "--results", options.results], check=True, capture_output=True, text=True).stdout)
    ours = {}
    for row in shown_run:
        if "test/accuracy" in row["metrics"]:
            ours[row["cell"]] = row["metrics"]["test/accuracy"]
    failed = False
    for prefix in ("pbc", "mnist"):
        pairs = []
        for cell, accuracy in sorted(ours.items()):
            if not cell.startswith(f"{prefix}-scores@seed="):
                continue
            seed = cell.split("=")[1]
            with tempfile.TemporaryDirectory() as folder:
                def get(target):
                    return checkout(
                        options.assay, options.results, options.run, target,
                        pathlib.Path(folder) / target.replace("@", "-"))
                model = get(f"{prefix}-model@seed={seed}.model")
                card = json.loads((model / "model.json").read_text())
                data = Data(
                    get(f"{prefix}-cells.images"), get(f"{prefix}-split@seed={seed}.split"),
                    get(f"{prefix}-views@seed={seed}.views"), card["normalisation"])
            settings = protocol(options, f"{prefix}-model")
            theirs = [
                train(data, settings, int(seed) * 1000 + repeat)
                for repeat in range(options.repeats)]
            pairs.append((accuracy, float(np.mean(theirs))))
            print(
                f"{prefix} seed {seed}: assay {accuracy:.4f}, torch "
                + ", ".join(f"{value:.4f}" for value in theirs), flush=True)
        if not pairs:
            sys.exit(f"run {options.run} has no {prefix}-scores; see --help")
        mean_ours, mean_theirs = (float(np.mean(column)) for column in zip(*pairs))
        difference = mean_ours - mean_theirs
        failed = failed or abs(difference) > 0.04
        print(
            f"{prefix}: mean test accuracy: assay {mean_ours:.4f}, torch {mean_theirs:.4f}, "
            f"difference {difference:+.4f}", flush=True)
    sys.exit(1 if failed else 0)


def protocol(options, stage):
    """What the run trained with: the pipeline's own words over the defaults of `fine-tune`."""
    kinds = json.loads(subprocess.run(
        [options.assay, "stages", "fine-tune", "--format", "json"],
        check=True, capture_output=True, text=True).stdout)
    settings = {row["name"]: row["default"] for row in kinds[0]["parameters"]}
    recorded = json.loads(subprocess.run(
        [options.assay, "show", options.run, "--json", "--results", options.results],
        check=True, capture_output=True, text=True).stdout)["parameters"]
    pipeline = json.loads(pathlib.Path(options.pipeline).read_text())
    for name, value in pipeline["stages"][stage].get("with", {}).items():
        if isinstance(value, str) and value.startswith("${"):
            value = recorded[value[2:-1]]
        settings[name] = value
    return settings


if __name__ == "__main__":
    main()
