#!/usr/bin/env python3
"""Writes docs/benchmarks.md from what the other programs here printed: the machine, the versions, each
program's own words, and Benchmarks/tried.md, which says what was tried where a cell falls short.

    python3 Benchmarks/page.py FOLDER > docs/benchmarks.md

FOLDER has a NAME.txt for each section below that was run.
"""
import pathlib
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

SECTIONS = [
    ("runner", "The runner beside DVC, Snakemake and redun",
     "Whole commands, from start to exit, in turns; each stage copies one byte. `processor s` adds up all "
     "cores. `spawn cp`, `find -printf`, `sha256sum` and `openssl` are what the machine can do at best. DVC "
     "has no more than 100 stages, since its time grows with their square. The last lines are the runner's "
     "gates."),
    ("networks", "Networks at 224 pixels",
     "Milliseconds a step, and the median ratio PyTorch / Assay (above 1: Assay is faster) with the "
     "furthest rounds. PyTorch has the better of its two memory layouts in each cell. Both take turns "
     "step by step on two threads. The last columns are each process's peak memory, Assay's first."),
    ("kernels", "Single layers",
     "`conv-SIZE-IN-OUT-KERNEL-STRIDE`, `depthwise-SIZE-CHANNELS-STRIDE`, `norm-SIZE-CHANNELS` with its "
     "ReLU; `training` is forward and backward. Assay's training figure holds a copy of the gradient that "
     "comes in, PyTorch's does not."),
    ("two-stage", "The two-stage protocol",
     "Twelve epochs of a head behind a frozen MobileNetV2, twelve with the last three blocks open. Assay "
     "computes what does not change once a view and keeps it."),
    ("parity", "How far from double precision",
     "`logits` relative to the largest; `worst layer` by itself; medians of the parameters' gradients and "
     "the losses of ten steps of Adam, with PyTorch's own distance in single precision beside them."),
    ("cells", "Accuracy beside PyTorch", "`Pipelines/blood-cells.json` and the same trainings in PyTorch."),
    ("crops", "Crops beside OpenCV", "Decode, segment, crop and resize, on two processes."),
]


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def installed(name):
    """The name and version of a package; nothing if it is not there."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def main():
    folder = pathlib.Path(sys.argv[1])
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 2**20
    packages = ", ".join(filter(None, map(installed, ["torch", "torchvision", "timm", "numpy"])))
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    cores = len(__import__("os").sched_getaffinity(0))
    print("# Benchmarks\n")
    print("Written by `make bench`; nothing here is typed in but the last section. Times are of one machine "
          "on one day; ratios are what carries over.\n")
    print(f"- {processor()}, {cores} cores, {memory:.0f} GiB; {platform.system()} {platform.release()}")
    print(f"- {swift.strip()}")
    if packages:
        print(f"- {packages}")
    for name, title, words in SECTIONS:
        path = folder / f"{name}.txt"
        if path.exists() and path.read_text().strip():
            print(f"\n## {title}\n\n{words}\n\n```text\n{path.read_text().rstrip()}\n```")
    print()
    print((pathlib.Path(__file__).parent / "tried.md").read_text().rstrip())


if __name__ == "__main__":
    main()
