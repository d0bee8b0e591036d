#!/usr/bin/env python3
"""Writes docs/benchmarks.md from the output of the other programs here: the machine, the versions, the
output of each program, and Benchmarks/tried.md, which says what was tried where a cell falls short.

    python3 Benchmarks/page.py FOLDER > docs/benchmarks.md

FOLDER has a NAME.txt for each section below that was run.
"""
import pathlib
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

SECTIONS = [
    ("runner", "The runner compared with DVC, Snakemake and redun",
     "Whole commands, from start to exit, interleaved; each stage copies one byte. `processor s` is the sum over "
     "all cores. `spawn cp`, `find -printf`, `sha256sum` and `openssl` show the limit of the machine. DVC runs "
     "at most 100 stages, because its time grows with their square. The last lines are the gates of the runner."),
    ("networks", "Networks at 224 pixels",
     "Milliseconds per step, and the median ratio PyTorch / Assay (above 1: Assay is faster) with the lowest "
     "and highest round. PyTorch uses the faster of its two memory layouts in each cell. The two are "
     "interleaved step by step on two threads. The last columns are the peak memory of each process, Assay first."),
    ("engines", "Inference beside ONNX Runtime and OpenVINO",
     "Milliseconds per step on two threads, in turns, with a pause in which the threads of all three go to sleep; "
     "ratio: engine's time / ours, median with the lowest and highest round. The last columns are the peak memory of "
     "each process, which for the engines includes Python."),
    ("roofline", "What bounds inference and training",
     "`products`: the time of the multiply-adds at the peak that this processor reached; `bytes`: that of reading and "
     "writing every activation and reading the weights once per batch at the rate that its memory reached, if nothing "
     "stayed in cache; in training, that of what forward, backward and Adam read and write (`TRAINING` in "
     "`Benchmarks/roofline.py`). The larger of the two is the bound; Winograd's method does 3 x 3 layers with fewer "
     "products, so that a network can be above it."),
    ("trainings", "Training beside PyTorch, torch.compile and Keras",
     "Milliseconds per step on two threads, in turns; ratio: peer's time / ours, median with the lowest and highest "
     "round. The last columns are the peak memory of each process, ours first."),
    ("predictions", "`predict` beside programs with ONNX Runtime",
     "MobileNetV2; whole programs from start to exit, in turns, except for the session that is already open."),
    ("protocol", "The whole protocol",
     "From a folder of JPEG images to the report: MobileNetV2 at 224 pixels, five classes, twelve epochs of the head "
     "and twelve with the last four blocks open, on an empty store, beside the programs that one would write with "
     "torchvision (a `DataLoader` of two processes) and Keras (`tf.data` with two calls). `films` is the ingest. "
     "With `--images 1000 --fractions 0.4,0.1,0.5` the peers run all 24 epochs, and the test accuracies are compared."),
    ("kernels", "Single layers",
     "`conv-SIZE-IN-OUT-KERNEL-STRIDE`, `depthwise-SIZE-CHANNELS-STRIDE`, `norm-SIZE-CHANNELS` with its "
     "ReLU; `training` is forward and backward. Assay's training time includes a copy of the incoming "
     "gradient, PyTorch's does not."),
    ("two-stage", "The two-stage protocol",
     "Twelve epochs of a head on a frozen MobileNetV2, then twelve with the last three blocks open. Assay "
     "computes the frozen front once per view and keeps its output."),
    ("parity", "Distance from double precision",
     "`logits` relative to the largest; `worst layer` in isolation; medians of the parameter gradients and of "
     "the losses of ten steps of Adam, with the distance of PyTorch in single precision next to them."),
    ("cells", "Accuracy beside PyTorch", "`Pipelines/blood-cells.json` and the same trainings in PyTorch."),
    ("crops", "Crops beside OpenCV", "Decode, segment, crop and resize, in two processes."),
    ("explanations", "LIME and Kernel SHAP beside lime and captum",
     "MobileNetV2 at 224 pixels, the same weights, images, number of samples and threads; interleaved. Assay's time is "
     "that of the whole cell, from loading the model to the written views; the packages' is that of their "
     "explanations, with their own super-pixels. The obvious program uses "
     "PyTorch's default memory layout and 32 variants at once, the tuned one the fastest of four batches and two "
     "layouts. The correlation is between the first image's maps by both, with Assay's super-pixels."),
    ("cluster", "Cells on a Slurm cluster",
     "1,000 cells of a `command` stage on the test cluster of two nodes (`Tests/Cluster/cluster`), in turns with a "
     "hand-made job array of the same commands."),
    ("scale", "Many cells",
     "Plans of grids of a `command` stage on a fresh store, and runs of such grids on a simulated cluster: what limits "
     "them. `jobs` is the number of cells in the queue, `ideal` the time of the nodes alone, in whole rounds, `busy` "
     "the share of the time in which the coordinator works."),
]


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def installed(name):
    """The name and version of a package; empty if it is not installed."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def main():
    folder = pathlib.Path(sys.argv[1])
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 2**20
    names = ["torch", "torchvision", "timm", "numpy", "scikit-image", "lime", "captum", "onnxruntime", "openvino",
             "tensorflow"]
    packages = ", ".join(filter(None, map(installed, names)))
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    cores = len(__import__("os").sched_getaffinity(0))
    print("# Benchmarks\n")
    print("Written by `make bench`; only the last section is written by hand. Sections were measured on different "
          "days, not always on the same machine; what a line compares was measured in turns. Ratios carry over.\n")
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
