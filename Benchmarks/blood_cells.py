#!/usr/bin/env python3
"""The trainings of Pipelines/blood-cells.json once more, in PyTorch, and both accuracies beside
each other.

Takes a finished run's own artifacts (crops, splits, views) out of the store, so that both programs
see the same pixels in the same parts; trains the same networks by the same protocol: the custom CNN
from scratch, and a head on the frozen features of torchvision's MobileNetV2 with the same weights.
Prints the mean test accuracy of either program over the seeds.

    assay run Pipelines/blood-cells.json --set data=DIR --set weights=FILE
    python3 Benchmarks/blood_cells.py --results results --weights FILE

Needs torch, torchvision, safetensors and numpy. `--repeats N` trains N times a seed with other first
weights, to show how far chance alone moves the number.
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
from safetensors.torch import load_file
from torchvision.models import mobilenet_v2
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as T


def head(inputs, classes, dropout):
    """The head of both backbones, initialised as in Assay."""
    layers = nn.Sequential(
        nn.Dropout(dropout), nn.Linear(inputs, 128), nn.ReLU(),
        nn.Dropout(dropout), nn.Linear(128, classes))
    for module in layers:
        if isinstance(module, nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)
    return layers


class CNN(nn.Module):
    """The backbone `cnn`: see Sources/Stages/Neural/Backbones/Backbone+CNN.swift."""

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
        self.classifier = head(128, classes, dropout)
        for module in self.features:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

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


def mobilenet_features(weights):
    """Images to MobileNetV2's 1280 features, its convolutions frozen."""
    model = mobilenet_v2(weights=None)
    missing, unexpected = model.load_state_dict(load_file(weights), strict=False)
    wrong = unexpected + [name for name in missing if not name.startswith("classifier.")]
    if wrong:
        sys.exit(f"{weights} does not fit torchvision's MobileNetV2: {wrong}")
    model.eval()

    def features(images):
        with torch.no_grad():
            return torch.cat([
                F.adaptive_avg_pool2d(model.features(batch), 1).flatten(1)
                for batch in images.split(32)])

    return features


class Data:
    """The parts of one split, with all views of the training images rendered once.

    `front` stands in front of what is trained.
    """

    def __init__(self, cells, split, views, normalisation, front):
        pixels = torch.from_numpy(np.load(cells / "pixels.npy")).permute(0, 3, 1, 2)
        samples = rows(cells / "samples.csv")
        part = {row["id"]: row["part"] for row in rows(split / "split.csv")}
        self.classes = sorted({row["label"] for row in samples})
        labels = torch.tensor([self.classes.index(row["label"]) for row in samples])
        index = {row["id"]: i for i, row in enumerate(samples)}
        mean, std = (
            torch.tensor(normalisation[name]).view(1, 3, 1, 1) for name in ("mean", "std"))

        def ready(images):
            return front(((images.float() / 255) - mean) / std)

        def of(name):
            return [i for i, row in enumerate(samples) if part.get(row["id"]) == name]

        self.train = of("train")
        self.labels = labels[self.train]
        table = {}
        for row in rows(views / "views.csv") if views else []:
            table.setdefault(int(row["view"]), {})[row["id"]] = row
        ids = [samples[i]["id"] for i in self.train]
        self.views = [
            ready(torch.stack([shown(pixels[index[i]], view[i]) for i in ids]))
            for _, view in sorted(table.items())] or [ready(pixels[self.train])]
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
    if settings["backbone"] == "cnn":
        model, epochs = CNN(classes, settings["dropout"]), settings["epochs"]
    else:
        model, epochs = head(1280, classes, settings["dropout"]), settings["head-epochs"]
    criterion = nn.CrossEntropyLoss(label_smoothing=settings["label-smoothing"])
    groups = [
        {"params": [p for p in model.parameters() if p.dim() > 1],
         "weight_decay": settings["weight-decay"]},
        {"params": [p for p in model.parameters() if p.dim() == 1]},
    ]
    optimiser = torch.optim.Adam(groups, lr=settings["learning-rate"])
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimiser, factor=settings["plateau-factor"], patience=settings["plateau-patience"])
    best, lowest, since = None, float("inf"), 0
    count = len(data.train)
    for epoch in range(epochs):
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
        loss = F.cross_entropy(logits, data.validation[1]).item()
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


# What is compared: the stages for crops, split, views, model and scores, and the largest allowed
# difference of the mean accuracies.
COMPARED = [
    ("pbc-cells", "pbc-split", "pbc-views", "pbc-model", "pbc-scores", 0.04),
    ("mnist-cells", "mnist-split", "mnist-views", "mnist-model", "mnist-scores", 0.04),
    ("pbc-cells-224", "pbc-split", None, "pbc-frozen", "pbc-frozen-scores", 0.02),
    ("mnist-cells-64", "mnist-split", None, "mnist-frozen", "mnist-frozen-scores", 0.02),
]


def compare(options, accuracies, cells, split, views, model, scores, limit):
    """One row: trains at every seed; whether the means agree."""
    settings = protocol(options, model)
    front = mobilenet_features(options.weights) if settings["weights"] else lambda images: images
    pairs = []
    for seed in sorted(
            cell.split("=")[1] for cell in accuracies if cell.startswith(f"{scores}@seed=")):
        with tempfile.TemporaryDirectory() as folder:
            def get(target):
                return checkout(
                    options.assay, options.results, options.run, target,
                    pathlib.Path(folder) / target.replace("@", "-"))
            card = json.loads((get(f"{model}@seed={seed}.model") / "model.json").read_text())
            data = Data(
                get(f"{cells}.images"), get(f"{split}@seed={seed}.split"),
                get(f"{views}@seed={seed}.views") if views else None, card["normalisation"], front)
        ours = accuracies[f"{scores}@seed={seed}"]
        theirs = [
            train(data, settings, int(seed) * 1000 + repeat) for repeat in range(options.repeats)]
        pairs.append((ours, float(np.mean(theirs))))
        print(
            f"{model} seed {seed}: assay {ours:.4f}, torch "
            + ", ".join(f"{value:.4f}" for value in theirs), flush=True)
    if not pairs:
        sys.exit(f"run {options.run} has no {scores}; see --help")
    mean_ours, mean_theirs = (float(np.mean(column)) for column in zip(*pairs))
    difference = mean_ours - mean_theirs
    print(
        f"{model}: mean test accuracy: assay {mean_ours:.4f}, torch {mean_theirs:.4f}, "
        f"difference {difference:+.4f}, at most {limit}", flush=True)
    return abs(difference) <= limit


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--results", default="results")
    parser.add_argument("--run", default="latest")
    parser.add_argument("--pipeline", default="Pipelines/blood-cells.json")
    parser.add_argument("--weights", required=True)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--only", help="compare only models whose stage has this prefix")
    options = parser.parse_args()
    torch.set_num_threads(2)
    rows = json.loads(subprocess.run(
        [options.assay, "metrics", options.run, "--name", "test/accuracy", "--json",
         "--results", options.results], check=True, capture_output=True, text=True).stdout)
    accuracies = {
        row["cell"]: row["metrics"]["test/accuracy"]
        for row in rows if "test/accuracy" in row["metrics"]}
    agree = [
        compare(options, accuracies, *row)
        for row in COMPARED if not options.only or row[3].startswith(options.only)]
    sys.exit(0 if all(agree) else 1)


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
