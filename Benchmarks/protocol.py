#!/usr/bin/env python3
"""The whole protocol, from a folder of JPEG images to the report, beside the programs that one would write with
torchvision and Keras.

MobileNetV2 at 224 pixels on synthetic five-class images: twelve epochs of the head behind frozen convolutions, then
twelve with the last four blocks open. Assay runs ingest, labels, crops, split, four views of each image, training and
`evaluate` with its intervals on an empty store, and writes the HTML report. The peers decode, resize and augment each
image again in every epoch, in two loader processes or threads, and end with their test accuracy. All train on the same
split with two threads. A peer's epochs within a phase are alike, and so are its images, so `--peer-epochs N` measures
N of the twelve, `--peer-images N` that many of the images, and both scale its time; its accuracy is then left out.
Keras gets random weights, so that only its time means something.

    python3 Benchmarks/protocol.py --weights FILE [--images 20000] [--peer-epochs 1] [--peer-images 2000] [--data DIR]
    python3 Benchmarks/protocol.py --weights FILE --images 1000 --fractions 0.4,0.1,0.5 --peer torch

Needs torch, torchvision, safetensors and tensorflow; without tensorflow, Keras is left out and said.
"""
import argparse
import csv
import hashlib
import importlib.util
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

SIZE, BATCH, EPOCHS, OPEN, THREADS = 224, 32, 12, 4, 2
CLASSES = ("ALL", "AML", "CLL", "CML", "Healthy")
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
#: The goal, and by how much the accuracies may differ: three standard errors of a difference.
GOAL, ERRORS = 8.0, 3
STAGES = ("films", "labels", "crops", "split", "views", "model", "scores")


def pipeline(options):
    return {"assay": 1, "name": "protocol", "stages": {
        "films": {"uses": "ingest/five-class", "with": {"root": str(options.data / "five-class")}},
        "labels": {"uses": "harmonise-labels", "needs": "films", "with": {"scheme": "five-class"}},
        "crops": {"uses": "crop-normalise", "needs": "labels",
                  "with": {"size": SIZE, "denoise": "none", "mask": "none"}},
        "split": {"uses": "split", "needs": "crops", "with": {"fractions": options.fractions}},
        "views": {"uses": "augment", "needs": ["split", "crops"], "with": {"policy": "plain", "views": 4}},
        "model": {"uses": "fine-tune", "needs": ["crops", "split", "views"], "with": {
            "backbone": "mobilenet-v2", "weights": str(options.weights), "head-epochs": EPOCHS, "epochs": EPOCHS,
            "open-blocks": OPEN, "batch": BATCH, "schedule": "constant", "patience": 1000}},
        "scores": {"uses": "evaluate", "needs": ["model", "crops", "split"]},
    }}


def assay_side(options, folder):
    """The seconds of every stage and of the report, the test accuracy, and the split as (part, class, path)."""
    results = folder / "results"
    (folder / "protocol.json").write_text(json.dumps(pipeline(options)))
    began = time.perf_counter()
    subprocess.run([options.assay, "run", folder / "protocol.json", "--results", results], check=True,
                   stdout=subprocess.DEVNULL)
    ran = time.perf_counter()
    subprocess.run([options.assay, "report", "latest", "--results", results, "--output", folder / "report.html"],
                   check=True, stdout=subprocess.DEVNULL)
    done = time.perf_counter()
    with sqlite3.connect(results / "assay.sqlite") as record:
        stages = {stage: (seconds, memory / 2**20) for stage, seconds, memory in record.execute(
            "SELECT stage, seconds, peak_memory FROM stage_run")}
    shown = json.loads(subprocess.run(
        [options.assay, "metrics", "latest", "--name", "test/accuracy", "--json", "--results", results], check=True,
        capture_output=True, text=True).stdout)
    accuracy = next(row["metrics"]["test/accuracy"] for row in shown if "test/accuracy" in row["metrics"])
    tables = {}
    for target, name in (("labels.samples", "samples.csv"), ("split.split", "split.csv")):
        subprocess.run([options.assay, "checkout", "latest", target, folder / target, "--results", results],
                       check=True, stdout=subprocess.DEVNULL)
        with open(folder / target / name, newline="", encoding="utf-8") as file:
            tables[name] = list(csv.DictReader(file))
    part = {row["id"]: row["part"] for row in tables["split.csv"]}
    # A sample's id is the digest of its file.
    path = {hashlib.sha256(file.read_bytes()).hexdigest(): str(file) for file in options.data.glob("five-class/*/*")}
    images = [(part[row["id"]], row["label"], path[row["id"]])
              for row in tables["samples.csv"] if row["id"] in part]
    return {"total": done - began, "run": ran - began, "report": done - ran, "stages": stages, "accuracy": accuracy,
            "memory": max(memory for _, memory in stages.values())}, images


def torch_side(images, weights, epochs):
    """The obvious program: `Dataset`, `DataLoader` of two processes, torchvision's MobileNetV2, Adam."""
    import torch
    import torch.nn as nn
    from blood_cells import head
    from PIL import Image
    from safetensors.torch import load_file
    from torchvision import transforms as T
    from torchvision.models import mobilenet_v2
    torch.manual_seed(1)
    torch.set_num_threads(THREADS)
    ready = [T.ToTensor(), T.Normalize(MEAN, DEVIATION)]
    plain = T.Compose([T.Resize((SIZE, SIZE)), *ready])
    varied = T.Compose([T.Resize((SIZE, SIZE)), T.RandomHorizontalFlip(), T.RandomVerticalFlip(),
                        T.RandomAffine(15, scale=(0.9, 1.1)), T.ColorJitter(0.1, 0.1), *ready])

    class Part(torch.utils.data.Dataset):
        def __init__(self, name, transform):
            self.rows = [(path, CLASSES.index(label)) for part, label, path in images if part == name]
            self.transform = transform

        def __len__(self):
            return len(self.rows)

        def __getitem__(self, index):
            path, label = self.rows[index]
            with Image.open(path) as image:
                return self.transform(image.convert("RGB")), label

    def loader(name, transform=plain, shuffle=False):
        return torch.utils.data.DataLoader(Part(name, transform), BATCH, shuffle, num_workers=2)

    model = mobilenet_v2(weights=None)
    model.load_state_dict(load_file(weights), strict=False)
    model.classifier = head(1280, len(CLASSES), 0.3)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    training, validation = loader("train", varied, True), loader("validation")

    def hits(batches):
        model.eval()
        with torch.inference_mode():
            return sum((model(pixels).argmax(1) == labels).sum().item() for pixels, labels in batches)

    best, kept, seconds = -1, None, {}
    for phase, opened, rate in (("head", 0, 1e-3), ("open", OPEN, 1e-5)):
        for index, block in enumerate(model.features):
            block.requires_grad_(index >= len(model.features) - opened)
        adam = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=rate, weight_decay=1e-4)
        began = time.perf_counter()
        for _ in range(epochs):
            model.train()
            model.features.eval()
            for pixels, labels in training:
                adam.zero_grad()
                criterion(model(pixels), labels).backward()
                adam.step()
            found = hits(validation)
            if found >= best:
                best, kept = found, {key: value.clone() for key, value in model.state_dict().items()}
        seconds[phase] = time.perf_counter() - began
    began = time.perf_counter()
    model.load_state_dict(kept)
    test = loader("test")
    accuracy = hits(test) / len(test.dataset)
    return {**seconds, "test": time.perf_counter() - began, "accuracy": accuracy}


def keras_side(images, _, epochs):
    """The obvious program: `tf.data` with two parallel calls, keras.applications' MobileNetV2, `fit`."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf
    keras = tf.keras
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    varied = keras.Sequential([
        keras.layers.RandomFlip(), keras.layers.RandomRotation(15 / 360), keras.layers.RandomZoom(0.1),
        keras.layers.RandomBrightness(0.1, value_range=(0, 255)), keras.layers.RandomContrast(0.1)])

    def read(path, label):
        pixels = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        return tf.image.resize(pixels, (SIZE, SIZE), antialias=True), label

    def dataset(name):
        rows = [(path, CLASSES.index(label)) for part, label, path in images if part == name]
        found = tf.data.Dataset.from_tensor_slices(([path for path, _ in rows], [label for _, label in rows]))
        if name == "train":
            found = found.shuffle(len(rows)).map(read, THREADS).batch(BATCH)
            found = found.map(lambda x, y: (varied(x, training=True), y), THREADS)
        else:
            found = found.map(read, THREADS).batch(BATCH)
        return found.prefetch(2)

    features = keras.applications.MobileNetV2(
        weights=None, include_top=False, pooling="avg", input_shape=(SIZE, SIZE, 3))
    inputs = keras.Input((SIZE, SIZE, 3))
    layers = features(keras.applications.mobilenet_v2.preprocess_input(inputs), training=False)
    for layer in (keras.layers.Dropout(0.3), keras.layers.Dense(128, "relu"), keras.layers.Dropout(0.3),
                  keras.layers.Dense(len(CLASSES))):
        layers = layer(layers)
    model = keras.Model(inputs, layers)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # torchvision's last four parts: three inverted residuals and the last convolution.
    first = next(index for index, layer in enumerate(features.layers) if layer.name == "block_14_expand")
    training, validation = dataset("train"), dataset("validation")
    seconds = {}
    for phase, rate in (("head", 1e-3), ("open", 1e-5)):
        features.trainable = phase == "open"
        for layer in features.layers[:first]:
            layer.trainable = False
        model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
        began = time.perf_counter()
        model.fit(training, validation_data=validation, epochs=epochs, verbose=0)
        seconds[phase] = time.perf_counter() - began
    began = time.perf_counter()
    model.evaluate(dataset("test"), verbose=0)
    return {**seconds, "test": time.perf_counter() - began, "accuracy": None}


def peer(name, images, options, folder):
    """The seconds of a peer's program from its start to its test accuracy, its epochs scaled to twelve."""
    few = images if not options.peer_images else images[::max(1, len(images) // options.peer_images)]
    (folder / "images.json").write_text(json.dumps(few))
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, __file__, "--side", name, folder / "images.json", str(options.weights),
         str(options.peer_epochs)], stdout=subprocess.PIPE, text=True)
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{name} ended with {status}")
    wall = time.perf_counter() - began
    found = json.loads(text.splitlines()[-1])
    start = wall - found["head"] - found["open"] - found["test"]
    size = len(images) / len(few)
    scale = size * EPOCHS / options.peer_epochs
    found.update(start=start, head=scale * found["head"], open=scale * found["open"], test=size * found["test"],
                 memory=usage.ru_maxrss / 2**10, measured=len(few))
    found["total"] = start + found["head"] + found["open"] + found["test"]
    return found


def main():
    if sys.argv[1:2] == ["--side"]:
        name, images, weights, epochs = sys.argv[2:]
        side = {"torch": torch_side, "keras": keras_side}[name]
        print(json.dumps(side(json.loads(pathlib.Path(images).read_text()), weights, int(epochs))))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--weights", required=True, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--images", default=20000, type=int)
    parser.add_argument("--peer-epochs", default=EPOCHS, type=int)
    parser.add_argument("--peer-images", type=int)
    parser.add_argument("--fractions", default=[0.8, 0.1, 0.1],
                        type=lambda text: [float(word) for word in text.split(",")])
    parser.add_argument("--data", type=lambda path: pathlib.Path(path).resolve(),
                        help="what `assay synthesise --sources five-class` wrote before; otherwise it is written")
    parser.add_argument("--peer", action="append", choices=["torch", "keras"])
    parser.add_argument("--assay", default=".build/release/assay")
    options = parser.parse_args()
    options.assay = os.path.abspath(options.assay)
    peers = options.peer or ["torch", "keras"]
    if "keras" in peers and not importlib.util.find_spec("tensorflow"):
        print("Keras is left out: tensorflow is not installed")
        peers.remove("keras")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if not options.data:
            options.data = folder / "data"
            subprocess.run([options.assay, "synthesise", options.data, "--sources", "five-class", "--images",
                            str(options.images)], check=True, stdout=subprocess.DEVNULL)
        ours, images = assay_side(options, folder)
        return table(ours, images, {name: peer(name, images, options, folder) for name in peers}, options)


def table(ours, images, peers, options):
    counts = {part: sum(row[0] == part for row in images) for part in ("train", "validation", "test")}
    print(f"{len(images)} images: " + ", ".join(f"{count} {part}" for part, count in counts.items()))
    print(f"\nassay {ours['total']:31.1f} s   {ours['memory']:6.0f} MiB")
    for stage in STAGES:
        print(f"  {stage:12}{ours['stages'][stage][0]:23.1f} s   {ours['stages'][stage][1]:6.0f} MiB")
    rest = ours["run"] - sum(ours["stages"][stage][0] for stage in STAGES)
    print(f"  {'runner':12}{rest:23.1f} s\n  {'report':12}{ours['report']:23.1f} s")
    print(f"  test accuracy{ours['accuracy']:22.4f}")
    kept = True
    for name, found in peers.items():
        whole = options.peer_epochs == EPOCHS and found["measured"] == len(images)
        said = "" if whole else (f"\n  scaled from {found['measured']} images and {options.peer_epochs} of {EPOCHS} "
                                 "epochs per phase")
        print(f"\n{name} {found['total']:31.1f} s   {found['memory']:6.0f} MiB   ratio "
              f"{found['total'] / ours['total']:.2f} (goal {GOAL:.0f}){said}")
        for part in ("start", "head", "open", "test"):
            print(f"  {part:12}{found[part]:23.1f} s")
        kept = kept and found["total"] >= GOAL * ours["total"]
        if found["accuracy"] is not None and whole:
            mean = (found["accuracy"] + ours["accuracy"]) / 2
            error = (2 * mean * (1 - mean) / counts["test"]) ** 0.5
            difference = ours["accuracy"] - found["accuracy"]
            print(f"  test accuracy{found['accuracy']:22.4f}   difference {difference:+.4f}, at most "
                  f"{ERRORS * error:.4f}")
            kept = kept and abs(difference) <= ERRORS * error
    print(f"\n{'kept' if kept else 'MISSED'}")
    return not kept


if __name__ == "__main__":
    sys.exit(main())
