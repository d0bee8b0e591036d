#!/usr/bin/env python3
"""A training step beside eager PyTorch, `torch.compile` and Keras on TensorFlow, in turns.

A step is forward, cross-entropy, backward and Adam, in single precision, on random images. Stage two trains the last
three blocks and the head of MobileNetV2 on activations that are there already, with label smoothing and weight decay.
Each cell runs one process of each; they take turns step by step and rest after each. Eager PyTorch gets its better
memory layout, both are tried first; the compiled one has channels last. Compared is the median of the ratios peer's
time / ours. Keras has no stage two of the same definition and is left out there.

    python3 Benchmarks/trainings.py [--only NAME] [--work training] [--batch 8] [--rounds 5]

Needs torch, torchvision, timm, a C++ compiler for torch.compile, tensorflow and numpy. Peers that are not installed are
left out and said.
"""
import argparse
import importlib.util
import os
import shutil
import statistics
import sys

import networks

KERAS = {
    "mobilenet-v2": "MobileNetV2", "vgg16": "VGG16", "resnet50": "ResNet50", "densenet121": "DenseNet121",
    "inception-v3": "InceptionV3", "xception": "Xception",
}
#: The goals: every cell, the mean over the faster of eager and compiled PyTorch, and stage two at batch 8.
GOALS = (1.0, 1.5, 1.2)


def keras_side(name, size, batch, threads):
    """The other process: same protocol as network-bench."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import numpy
    import tensorflow
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    model = getattr(tensorflow.keras.applications, KERAS[name])(
        weights=None, input_shape=(size, size, 3), classes=5)
    model.compile(optimizer=tensorflow.keras.optimizers.Adam(1e-5), loss="sparse_categorical_crossentropy")
    images = tensorflow.constant(
        numpy.random.default_rng(1).standard_normal((batch, size, size, 3), dtype="float32"))
    targets = tensorflow.constant(numpy.arange(batch) % 5)
    networks.take_turns(lambda: model.train_on_batch(images, targets))


def peers(name, work):
    """The command line of each peer's process, without its shape and threads."""
    torch_side = [sys.executable, networks.__file__, "--side", name]
    found = {layout: (torch_side, [work], [layout]) for layout in ("contiguous", "channels-last")}
    if shutil.which("g++"):
        found["compiled"] = (torch_side, [work], ["compiled"])
    if work == "training" and importlib.util.find_spec("tensorflow"):
        found["keras"] = ([sys.executable, __file__, "--side", name], [], [])
    return found


def compare(name, size, batch, work, options):
    shape, threads = [str(size), str(batch)], [str(options.threads)]
    ours = networks.Side([options.bench, name, *shape, work, *threads], {"OPENBLAS_NUM_THREADS": "1"})
    sides = {key: networks.Side([*first, *shape, *middle, *threads, *last])
             for key, (first, middle, last) in peers(name, work).items()}
    ours.step()
    tried = {key: min(side.step() for _ in range(2)) for key, side in sides.items()}
    eager = min(("contiguous", "channels-last"), key=tried.get)
    sides["eager"] = sides.pop(eager)
    sides.pop("channels-last" if eager == "contiguous" else "contiguous").end()
    mine, theirs = [], {key: [] for key in sides}
    spent = 0
    while len(mine) < 3 or (len(mine) < options.rounds and spent < networks.SECONDS):
        mine.append(ours.step())
        for key, side in sides.items():
            theirs[key].append(side.step())
        spent += mine[-1] + sum(times[-1] for times in theirs.values())
    row = f"{name:14}{size:5}{batch:4}  {work:10}{1000 * statistics.median(mine):9.1f}"
    medians = {}
    for key in ("eager", "compiled", "keras"):
        if key not in theirs:
            row += f"{'-':>9}{'-':>7}{'':16}"
            continue
        ratios = [other / own for own, other in zip(mine, theirs[key])]
        medians[key] = statistics.median(ratios)
        spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
        row += f"{1000 * statistics.median(theirs[key]):9.1f}{medians[key]:7.2f} {spread:15}"
    memory = [ours.end()] + [sides[key].end() for key in ("eager", "compiled", "keras") if key in sides]
    print(row + "".join(f"{bytes / 2**20:7.0f}" for bytes in memory), flush=True)
    return medians


def main():
    if sys.argv[1:2] == ["--side"]:
        name, size, batch, threads = sys.argv[2:]
        return keras_side(name, int(size), int(batch), int(threads))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", choices=sorted(networks.NETWORKS))
    parser.add_argument("--work", action="append", choices=["training", "stage-two"])
    parser.add_argument("--batch", action="append", type=int)
    parser.add_argument("--size", default=224, type=int)
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--threads", default=2, type=int)
    parser.add_argument("--bench", default=".build/release/network-bench")
    options = parser.parse_args()
    if not shutil.which("g++"):
        print("torch.compile is left out: it needs g++")
    if not importlib.util.find_spec("tensorflow"):
        print("Keras is left out: tensorflow is not installed")
    print("                                      ours    eager                  compiled                     Keras"
          "                     ours  eager compil.  Keras")
    print("network        size   n  work           ms       ms  ratio                ms  ratio                ms"
          "  ratio                  MiB    MiB    MiB    MiB")
    slow, ratios = [], []
    for work in options.work or ["training", "stage-two"]:
        for name in options.only or networks.NETWORKS:
            if work == "stage-two" and name != "mobilenet-v2":
                continue
            for batch in options.batch or [8, 32]:
                medians = compare(name, options.size, batch, work, options)
                worst = min(medians[key] for key in ("eager", "compiled") if key in medians)
                goal = GOALS[2] if work == "stage-two" and batch == 8 else GOALS[0]
                if worst < goal:
                    slow.append(f"{name} with {batch}, {work} ({worst:.2f}, goal {goal})")
                if work == "training":
                    ratios.append(worst)
    if ratios:
        print(f"geometric mean over the faster of eager and compiled: {statistics.geometric_mean(ratios):.2f}"
              f" (goal {GOALS[1]})")
    print(f"below its goal: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
