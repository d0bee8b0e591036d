#!/usr/bin/env python3
"""`assay predict` beside programs with ONNX Runtime: one image from the start of the program to its class, a folder of
JPEG images from file to class, and the memory of each.

    python3 Benchmarks/predictions.py [--images 2000] [--rounds 5] [--only latency]

MobileNetV2 with random weights. The images are synthetic, of 360 x 363 pixels as those of PBC. All resize whole images
to 224 pixels with antialiasing (Pillow's bilinear filter) and normalise them as ImageNet. The peers are the obvious
programs: one loop with Pillow, numpy and a session; the same with a `DataLoader` of two processes; and a session
that is already open, which has only the image to read. Whole programs, in turns. Needs torch, torchvision, onnx,
onnxruntime, pillow and numpy; ASSAY names another program.
"""
import argparse
import csv
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ASSAY = os.path.abspath(os.environ.get("ASSAY", ".build/release/assay"))
SIZE, BATCH, CLASSES = 224, 32, 5
#: The gates: seconds from the start of the program to the class, and images per second beside ONNX Runtime.
GATES = (0.12, 1.3)

PREPARE = """
import sys, numpy as np, onnxruntime as ort
from PIL import Image
MEAN = np.float32([0.485, 0.456, 0.406]); DEVIATION = np.float32([0.229, 0.224, 0.225])
def read(path):
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB").resize((224, 224), Image.BILINEAR), dtype=np.float32)
    return ((pixels / 255 - MEAN) / DEVIATION).transpose(2, 0, 1)
def session():
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 2, 1
    return ort.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
def run(model, batch):
    return model.run(None, {model.get_inputs()[0].name: batch})[0]
"""
PROGRAMS = {
    "loop": PREPARE + """
import pathlib
paths = sorted(pathlib.Path(sys.argv[2]).iterdir()) if pathlib.Path(sys.argv[2]).is_dir() else [sys.argv[2]]
model = session()
for start in range(0, len(paths), 32):
    logits = run(model, np.stack([read(path) for path in paths[start:start + 32]]))
    for path, row in zip(paths[start:], logits):
        print(path, row.argmax(), *row)
""",
    "loader": PREPARE + """
import pathlib, torch
class Images(torch.utils.data.Dataset):
    paths = sorted(pathlib.Path(sys.argv[2]).iterdir())
    def __len__(self): return len(self.paths)
    def __getitem__(self, index): return str(self.paths[index]), read(self.paths[index])
model = session()
for paths, batch in torch.utils.data.DataLoader(Images(), batch_size=32, num_workers=2):
    for path, row in zip(paths, run(model, batch.numpy())):
        print(path, row.argmax(), *row)
""",
    "open": PREPARE + """
model = session()
print("ready", flush=True)
for line in sys.stdin:
    print(run(model, read(line.strip())[None]).argmax(), flush=True)
""",
}


def write_model(folder):
    import torch
    import torchvision
    torch.manual_seed(1)
    model = torchvision.models.mobilenet_v2(weights=None, num_classes=CLASSES).eval()
    torch.save(model.state_dict(), folder / "model.pth")
    torch.onnx.export(model, (torch.zeros(1, 3, SIZE, SIZE),), folder / "model.onnx", dynamo=False, opset_version=17,
                      input_names=["images"], dynamic_axes={"images": {0: "n"}})


def write_images(folder, count):
    """Smooth noise around a dark disc, which compresses as photographs of cells do."""
    import numpy
    from PIL import Image
    folder.mkdir()
    draws = numpy.random.default_rng(1)
    y, x = numpy.mgrid[0:363, 0:360]
    for number in range(count):
        small = draws.integers(120, 230, (46, 45, 3), dtype="uint8")
        pixels = numpy.asarray(Image.fromarray(small).resize((360, 363), Image.BICUBIC), dtype="int16").copy()
        pixels += draws.integers(-6, 7, pixels.shape, dtype="int16")
        disc = (x - draws.integers(140, 220)) ** 2 + (y - draws.integers(140, 220)) ** 2 < draws.integers(40, 90) ** 2
        pixels[disc] -= 90
        Image.fromarray(pixels.clip(0, 255).astype("uint8")).save(folder / f"{number:06}.jpg", quality=90)


def timed(words):
    """Wall seconds, peak MiB and the output of a program."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        child = subprocess.Popen(words, stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        if status:
            sys.exit(f"{words[0]} ended with {status}")
        output.seek(0)
        return wall, usage.ru_maxrss / 1024, output.read().decode()


def logits(text):
    """The logits by file name, from either program's output."""
    rows = {}
    if text.startswith("image,"):
        for row in csv.reader(text.splitlines()[1:]):
            rows[os.path.basename(row[0])] = [float(value) for value in row[-CLASSES:]]
    else:
        for line in text.splitlines():
            name, _, *values = line.split()
            rows[os.path.basename(name)] = [float(value) for value in values]
    return rows


def compare(found, wanted):
    """The largest difference of logits relative to the largest logit; the resizing rounds differently."""
    if found.keys() != wanted.keys():
        sys.exit("the programs predicted different images")
    largest = max(abs(value) for row in wanted.values() for value in row)
    return max(abs(a - b) for name in wanted for a, b in zip(found[name], wanted[name])) / largest


def latency(folder, rounds):
    image = str(folder / "images/000000.jpg")
    ours = [ASSAY, "predict", "--network", "mobilenet-v2", "--weights", str(folder / "model.pth"), image]
    python = [sys.executable, "-c", PROGRAMS["loop"], str(folder / "model.onnx"), image]
    opened = subprocess.Popen([sys.executable, "-c", PROGRAMS["open"], str(folder / "model.onnx")],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    opened.stdout.readline()

    def ask():
        began = time.perf_counter()
        opened.stdin.write(image + "\n")
        opened.stdin.flush()
        opened.stdout.readline()
        return time.perf_counter() - began
    ask()
    times = {"assay predict": [], "Python with ONNX Runtime": [], "session already open": []}
    for _ in range(rounds):
        for name, step in zip(times, (lambda: timed(ours)[0], lambda: timed(python)[0], ask)):
            times[name].append(step())
            time.sleep(0.2)
    opened.stdin.close()
    opened.wait()
    print("one image, from the start of the program to its class")
    for name, seconds in times.items():
        print(f"  {name:28}{statistics.median(seconds):8.3f} s   ({min(seconds):.3f} to {max(seconds):.3f})")
    return statistics.median(times["assay predict"])


def throughput(folder, count, rounds):
    images = str(folder / "images")
    programs = {
        "assay predict": [ASSAY, "predict", "--network", "mobilenet-v2", "--weights", str(folder / "model.pth"),
                          "--logits", images],
        "ONNX Runtime, one loop": [sys.executable, "-c", PROGRAMS["loop"], str(folder / "model.onnx"), images],
        "ONNX Runtime, two loaders": [sys.executable, "-c", PROGRAMS["loader"], str(folder / "model.onnx"), images],
    }
    times, memory, texts = {name: [] for name in programs}, {}, {}
    for _ in range(rounds):
        for name, words in programs.items():
            seconds, memory[name], texts[name] = timed(words)
            times[name].append(seconds)
    print(f"\n{count} JPEG images from file to class")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"  {name:28}{count / median:8.1f} images/s   {median:7.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"
              f"   {memory[name]:6.0f} MiB")
    found = logits(texts["assay predict"])
    print(f"  largest difference of the logits: {compare(found, logits(texts['ONNX Runtime, one loop'])):.1e}")
    ours = times["assay predict"]
    return min(statistics.median([theirs / own for theirs, own in zip(times[name], ours)])
               for name in list(programs)[1:])


def main():
    if sys.argv[1:2] == ["--write"]:
        folder = pathlib.Path(sys.argv[2])
        write_model(folder)
        write_images(folder / "images", int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["latency", "throughput"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        # In a process of its own: the peak memory of a program counts that of the one that started it.
        subprocess.run([sys.executable, __file__, "--write", name, str(options.images)], check=True,
                       stderr=subprocess.DEVNULL)
        gates = []
        if options.only != "throughput":
            seconds = latency(folder, 5 * options.rounds)
            gates.append((f"one image in {seconds:.3f} s, under {GATES[0]}", seconds < GATES[0]))
        if options.only != "latency":
            ratio = throughput(folder, options.images, options.rounds)
            gates.append((f"images/s beside the faster program {ratio:.2f}, at least {GATES[1]}", ratio >= GATES[1]))
    print()
    for text, kept in gates:
        print(f"{text}: {'kept' if kept else 'MISSED'}")
    sys.exit(not all(kept for _, kept in gates))


if __name__ == "__main__":
    main()
