#!/usr/bin/env python3
"""Inference beside the engines that people deploy on processors, ONNX Runtime and OpenVINO, in turns.

Each cell runs one process of Assay's engine (`network-bench`) and one of each engine, on as many threads; they take
turns step by step. After each step all rest for a fifth of a second, since the threads of an engine go on spinning for
some time and would take the processors from the next. Compared is the median of the ratios engine's time / ours. All
compute in single precision; OpenVINO gets its latency hint. Images and weights are random.

    python3 Benchmarks/engines.py [--only NAME] [--batch 8] [--rounds 9]

Needs torch, torchvision, timm, onnx, onnxruntime, openvino and numpy.
"""
import argparse
import os
import statistics
import sys
import tempfile
import time

import networks

ENGINES = ("onnxruntime", "openvino")
NETWORKS = {**networks.NETWORKS, "googlenet": "googlenet"}
#: A pause after which the threads of every engine sleep.
PAUSE = 0.2
#: The goals: every cell against both, and the mean over the better of the two.
GOALS = (1.0, 1.35)


def model(name):
    import torch
    import torchvision
    torch.manual_seed(1)
    kind = NETWORKS[name]
    if kind == "legacy_xception":
        import timm
        return timm.create_model(kind, num_classes=5).eval()
    options = {"aux_logits": False, "init_weights": False} if kind in ("inception_v3", "googlenet") else {}
    return getattr(torchvision.models, kind)(weights=None, num_classes=5, **options).eval()


def exported(name, size, batch):
    """The path of the network in ONNX's format, written if it is not there."""
    import torch
    path = os.path.join(tempfile.gettempdir(), f"assay-{name}-{size}-{batch}.onnx")
    if not os.path.exists(path):
        torch.onnx.export(model(name), (torch.zeros(batch, 3, size, size),), path + ".part", dynamo=False,
                          opset_version=17)
        os.replace(path + ".part", path)
    return path


def engine_side(engine, name, size, batch, threads):
    """The other process: same protocol as network-bench."""
    import numpy
    path = exported(name, size, batch)
    images = numpy.random.default_rng(1).standard_normal((batch, 3, size, size), dtype="float32")
    if engine == "openvino":
        import openvino
        compiled = openvino.Core().compile_model(path, "CPU", {
            "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"})
        request = compiled.create_infer_request()
        networks.take_turns(lambda: request.infer([images]))
    else:
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        key = session.get_inputs()[0].name
        networks.take_turns(lambda: session.run(None, {key: images}))


def compare(name, size, batch, options):
    exported(name, size, batch)
    words = [name, str(size), str(batch)]
    sides = {"ours": networks.Side([options.bench, *words, "inference", str(options.threads)],
                                   {"OPENBLAS_NUM_THREADS": "1"})}
    for engine in ENGINES:
        sides[engine] = networks.Side([sys.executable, __file__, "--side", engine, *words, str(options.threads)])
    for side in sides.values():
        side.step()
    seconds = {key: [] for key in sides}
    for _ in range(options.rounds):
        for key, side in sides.items():
            seconds[key].append(side.step())
            time.sleep(PAUSE)
    memory = {key: side.end() / 2**20 for key, side in sides.items()}
    row = f"{name:14}{size:5}{batch:4}{1000 * statistics.median(seconds['ours']):9.1f}"
    medians = []
    for engine in ENGINES:
        ratios = [theirs / ours for theirs, ours in zip(seconds[engine], seconds["ours"])]
        medians.append(statistics.median(ratios))
        spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
        row += f"{1000 * statistics.median(seconds[engine]):9.1f}{medians[-1]:7.2f} {spread:16}"
    print(row + "".join(f"{memory[key]:7.0f}" for key in sides), flush=True)
    return medians


def main():
    if sys.argv[1:2] == ["--side"]:
        engine, name, size, batch, threads = sys.argv[2:]
        return engine_side(engine, name, int(size), int(batch), int(threads))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", choices=sorted(NETWORKS))
    parser.add_argument("--batch", action="append", type=int)
    parser.add_argument("--size", default=224, type=int)
    parser.add_argument("--rounds", default=9, type=int)
    parser.add_argument("--threads", default=2, type=int)
    parser.add_argument("--bench", default=".build/release/network-bench")
    options = parser.parse_args()
    print("                           ours  ONNX Runtime                   OpenVINO                    "
          "   ours   ONNX   OpenV.")
    print("network        size   n      ms       ms  ratio                      ms  ratio              "
          "      MiB    MiB    MiB")
    slow, means = [], {}
    for batch in options.batch or [1, 8, 32]:
        for name in options.only or NETWORKS:
            ratios = compare(name, options.size, batch, options)
            means.setdefault(batch, []).append(min(ratios))
            if min(ratios) < GOALS[0]:
                slow.append(f"{name} with {batch}")
    for batch, ratios in means.items():
        mean = statistics.geometric_mean(ratios)
        print(f"geometric mean over the faster of the two, batch {batch}: {mean:.2f} (goal {GOALS[1]})")
    print(f"slower than one of the two: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
