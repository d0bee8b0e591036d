#!/usr/bin/env python3
"""Networks beside PyTorch: inference, a full training step and a stage-two step, in turns.

Each cell runs in two processes, one of Assay's engine (`network-bench`) and one of PyTorch, on as many
threads; they take turns step by step, with a pause after each for threads that spin. PyTorch gets its better
memory layout: both are tried first. What is compared is the median of the ratios PyTorch's time / ours.
Images are random, and so are weights; a training step is forward, cross-entropy, backward and Adam. In stage
two the activations in front of the last three blocks are there already for both.

    python3 Benchmarks/networks.py [--only NAME] [--what inference] [--batch 8] [--rounds 7]

Needs torch, torchvision, timm and numpy.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

NETWORKS = {
    "mobilenet-v2": "mobilenet_v2", "vgg16": "vgg16", "resnet50": "resnet50",
    "densenet121": "densenet121", "inception-v3": "inception_v3", "xception": "legacy_xception",
}
# Single layers, as KernelProbe describes them: those in which the networks spend their time.
KERNELS = [
    "conv-224-3-64-7-2", "conv-224-64-64-3-1", "conv-56-64-64-3-1", "conv-28-512-512-3-1",
    "conv-14-256-256-3-1", "conv-56-128-32-3-1", "conv-56-256-256-3-2", "conv-56-64-256-1-1",
    "conv-56-256-64-1-1", "conv-14-1024-256-1-1", "conv-7-960-320-1-1", "depthwise-112-32-1",
    "depthwise-56-144-2", "depthwise-14-576-1", "norm-56-256", "norm-112-96",
]
WORKS = ["inference", "training", "stage-two"]
# A cell ends after three rounds if they took this long.
SECONDS = 30


def torch_side(name, size, batch, work, threads, layout):
    """The other process: same protocol as network-bench."""
    import torch
    import torchvision

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    if name in KERNELS:
        return torch_layer(name, batch, work, layout)
    kind = NETWORKS[name]
    if kind == "legacy_xception":
        import timm
        model = timm.create_model(kind, num_classes=5)
    elif kind == "inception_v3":
        model = torchvision.models.inception_v3(
            weights=None, num_classes=5, aux_logits=False, init_weights=False)
    else:
        model = getattr(torchvision.models, kind)(weights=None, num_classes=5)
    if work == "stage-two":
        # The last three blocks of features, and the head.
        model = torch.nn.Sequential(
            *list(model.features.children())[-3:], torch.nn.AdaptiveAvgPool2d(1),
            torch.nn.Flatten(), torch.nn.Linear(1280, 128), torch.nn.ReLU(),
            torch.nn.Linear(128, 5))
        shape = (batch, 160, size // 32, size // 32)
    else:
        shape = (batch, 3, size, size)
    images = torch.randn(shape)
    if layout != "contiguous":
        model = model.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    targets = torch.arange(batch) % 5
    if work == "inference":
        model.eval()

        def step():
            with torch.inference_mode():
                model(images)
    else:
        model.train()
        if work == "stage-two":
            for module in model.modules():
                if isinstance(module, torch.nn.BatchNorm2d):
                    module.eval()
        if layout == "compiled":
            model = torch.compile(model)
        adam = torch.optim.Adam(model.parameters(), lr=1e-5, weight_decay=1e-4)
        loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)

        def step():
            adam.zero_grad(set_to_none=True)
            loss(model(images), targets).backward()
            adam.step()
    take_turns(step)


def torch_layer(name, batch, work, layout):
    """A single layer: forward, or forward and backward."""
    import torch
    kind, *numbers = name.split("-")
    size, channels, *rest = map(int, numbers)
    if kind == "conv":
        outputs, kernel, stride = rest
        model = torch.nn.Conv2d(channels, outputs, kernel, stride, kernel // 2, bias=False)
    elif kind == "depthwise":
        model = torch.nn.Conv2d(channels, channels, 3, rest[0], 1, bias=False, groups=channels)
    else:
        model = torch.nn.Sequential(torch.nn.BatchNorm2d(channels), torch.nn.ReLU(inplace=True))
    images = torch.randn((batch, channels, size, size))
    if layout == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    if work == "inference":
        model.eval()

        def step():
            with torch.inference_mode():
                model(images)
    else:
        images.requires_grad_()
        outputGradient = torch.randn_like(model(images))

        def step():
            model.zero_grad(set_to_none=True)
            images.grad = None
            model(images).backward(outputGradient)
    take_turns(step)


def take_turns(step):
    step()
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        step()
        print(time.perf_counter() - began, flush=True)
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            print(int(line.split()[1]) * 1024)


class Side:
    """A process that does a step when it is told to."""

    def __init__(self, words, environment=None):
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline().strip()
        if line != "ready":
            raise SystemExit(f"{' '.join(map(str, words))} said '{line}'")

    def step(self):
        self.process.stdin.write("step\n")
        self.process.stdin.flush()
        seconds = float(self.process.stdout.readline())
        time.sleep(min(0.3, 4 * seconds))
        return seconds

    def end(self):
        """Its peak memory in bytes."""
        self.process.stdin.close()
        return int(self.process.stdout.readline())


def compare(name, size, batch, work, options):
    words = [name, str(size), str(batch), work, str(options.threads)]
    ours = Side([options.bench, *words], {"OPENBLAS_NUM_THREADS": "1"})
    layouts = {
        layout: Side([sys.executable, __file__, "--side", *words, layout])
        for layout in ("contiguous", "channels-last")
    }
    ours.step()
    tried = {layout: min(side.step() for _ in range(2)) for layout, side in layouts.items()}
    better = min(tried, key=tried.get)
    mine, theirs = [], []
    # Steps of many seconds differ little from each other.
    while len(mine) < 3 or (len(mine) < options.rounds and sum(mine) + sum(theirs) < SECONDS):
        mine.append(ours.step())
        theirs.append(layouts[better].step())
    ratios = [other / own for own, other in zip(mine, theirs)]
    memory = {layout: side.end() for layout, side in layouts.items()}
    print(f"{name:20}{size:5}{batch:4}  {work:10}"
          f"{1000 * statistics.median(mine):9.1f}{1000 * statistics.median(theirs):9.1f}"
          f"{statistics.median(ratios):7.2f} ({min(ratios):.2f} to {max(ratios):.2f})  {better:13}"
          f"{ours.end() / 2**20:7.0f}{memory[better] / 2**20:7.0f}", flush=True)
    return statistics.median(ratios)


def main():
    if sys.argv[1:2] == ["--side"]:
        name, size, batch, work, threads, layout = sys.argv[2:]
        return torch_side(name, int(size), int(batch), work, int(threads), layout)
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", choices=sorted(NETWORKS) + KERNELS)
    parser.add_argument("--what", action="append", choices=WORKS)
    parser.add_argument("--batch", action="append", type=int)
    parser.add_argument("--kernels", action="store_true", help="single layers instead of networks")
    parser.add_argument("--size", default=224, type=int)
    parser.add_argument("--rounds", default=7, type=int)
    parser.add_argument("--threads", default=2, type=int)
    parser.add_argument("--bench", default=".build/release/network-bench")
    options = parser.parse_args()
    print("network              size   n  work           ours    torch  ratio                  layout"
          "         MiB    MiB")
    for work in options.what or WORKS:
        ratios = []
        for name in options.only or (KERNELS if options.kernels else NETWORKS):
            if work == "stage-two" and name != "mobilenet-v2":
                continue
            for batch in options.batch or [8, 32]:
                ratios.append(compare(name, options.size, batch, work, options))
        if ratios:
            print(f"geometric mean, {work}: {statistics.geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main()
