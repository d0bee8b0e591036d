"""Makes the runs whose pages pages.py opens, in a scratch folder that may be used again: what is cached is not
run again."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARKUP = '<b>&amp;</b><script>alert("x")</script><img src onerror> "\'` ' + "a" * 90

#: Writes metrics.json from numbers that depend on the words of the command line.
SCORE = """
import hashlib, json, pathlib, sys
folder, *words = sys.argv[1:]
def draw(*names):
    return int(hashlib.sha256(" ".join(names).encode()).hexdigest()[:8], 16) / 2**32
level = 0.6 + 0.2 * draw(words[0]) + 0.1 * draw(words[1]) + 0.05 * draw(*words)
print("scored", *words)
pathlib.Path(folder, "metrics.json").write_text(json.dumps(
    {"test/accuracy": level, "test/macro-f1": level - 0.05 * draw("f1", *words), "test/loss": 1.5 - level}))
"""


class Page:
    """A page to open: its name, its file, and what is expected of it."""

    def __init__(self, name, path, seconds=None, is_large=False, rows=0):
        self.name, self.path, self.seconds, self.is_large, self.rows = name, path, seconds, is_large, rows


class Runs:
    def __init__(self, assay, scratch, demo):
        self.assay, self.scratch, self.demo_results = str(assay), scratch, demo
        self.pages = scratch / "pages"
        self.pages.mkdir(parents=True, exist_ok=True)
        (scratch / "score.py").write_text(SCORE)

    def call(self, *words, exits=(0,)):
        """Runs the program in the scratch folder; the seconds it took."""
        started = time.monotonic()
        done = subprocess.run([self.assay, *map(str, words)], cwd=self.scratch, capture_output=True, text=True)
        if done.returncode not in exits:
            sys.exit(f"assay {' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return time.monotonic() - started

    def pipeline(self, name, stages, **more):
        path = self.scratch / f"{name}.json"
        path.write_text(json.dumps({"assay": 1, "name": name, **more, "stages": stages}, indent=1))
        return path.name

    def report(self, name, *runs, results="results", is_large=False, rows=0):
        path = self.pages / f"{name}.html"
        seconds = self.call("report", *runs, "-o", path, "--results", results)
        return Page(name, path, seconds, is_large, rows)

    # The runs, one function for each page.

    def demo(self):
        """The demo: all stage families on synthetic images. The record of `make demo` is used where there is one."""
        if (self.demo_results / "assay.sqlite").exists():
            return self.report("demo", "latest:demo", results=self.demo_results)
        self.call("synthesise", "data/synthetic")
        self.call("run", ROOT / "Pipelines/demo.json", "--results", "demo")
        return self.report("demo", "latest", results="demo")

    def untrained(self):
        """Images, labels and crops; no network is trained."""
        self.call("synthesise", "data/learn", "--images", "60", "--sources", "five-class")
        self.call("run", ROOT / "Pipelines/learn/2-needs.json")
        return self.report("untrained", "latest:learn-2")

    def grid_file(self):
        backbones = ["cnn", "densenet121", "inception-v3", "mobilenet-v2", "resnet50", "vgg16", "xception"]
        return self.pipeline(
            "grid",
            {"scores": {
                "uses": "command",
                "with": {"argv": [sys.executable, "score.py", "{outputs.metrics}", "${backbone}", "${augmentation}",
                                  "${seed}"], "outputs": {"metrics": "metrics"}},
                "checks": [{"metric": "test/accuracy", "at-least": 0.75}]},
             "table": {
                "uses": "compare", "needs": "scores", "gather": ["backbone", "augmentation", "seed"],
                "with": {"metrics": ["test/accuracy", "test/macro-f1"], "repeats": "seed", "ranks": "backbone",
                         "baseline": {"backbone": "cnn", "augmentation": "plain"}}}},
            description="Seven backbones, four augmentations, three seeds.",
            axes={"backbone": backbones, "augmentation": ["plain", "mixup", "cutmix", "augmix"], "seed": [1, 2, 3]})

    def grid(self):
        self.call("run", self.grid_file(), exits=(0, 1))
        return self.report("grid", "latest:grid", rows=84)

    def comparison(self):
        """Three runs of the grid side by side."""
        file = self.grid_file()
        self.call("run", file, "--axis", "seed=2..4", exits=(0, 1))
        self.call("run", file, "--axis", "seed=3..6", exits=(0, 1))
        return self.report("comparison", "latest:grid~2", "latest:grid~1", "latest:grid")

    def failed(self):
        """One cell fails, what needs it is skipped, and the rest is done."""
        script = "echo starting; [ $1 != 2 ] || { echo 'no such file: weights.bin' >&2; exit 3; }; echo $1 > $2/a"
        file = self.pipeline(
            "failed",
            {"first": {"uses": "command", "with": {"argv": ["sh", "-c", script, "sh", "${seed}", "{outputs.files}"]}},
             "second": {"uses": "command", "needs": {"in": "first"},
                        "with": {"argv": ["cp", "{inputs.in}/a", "{outputs.files}/b"]}}},
            axes={"seed": [1, 2, 3]})
        self.call("run", file, exits=(1,))
        return self.report("failed", "latest:failed")

    def slow_file(self, name, seconds):
        return self.pipeline(
            name,
            {"quick": {"uses": "command", "with": {"argv": ["sh", "-c", "echo a > {outputs.files}/a"]}},
             "slow": {"uses": "command", "needs": {"in": "quick"},
                      "with": {"argv": ["sh", "-c", f"sleep {seconds}; date +%N > {{outputs.files}}/b"]}},
             "last": {"uses": "command", "needs": {"in": "slow"},
                      "with": {"argv": ["cp", "{inputs.in}/b", "{outputs.files}/c"]}}})

    def interrupted(self):
        process = self.start("run", self.slow_file("interrupted", 30))
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        if process.wait(60) != 130:
            sys.exit(f"an interrupted run ended with {process.returncode}")
        return self.report("interrupted", "latest:interrupted")

    def start(self, *words):
        return subprocess.Popen([self.assay, *words], cwd=self.scratch, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def live(self):
        """A run that takes some seconds, and its page while it runs."""
        before = set(self.reports())
        process = self.start("run", self.slow_file("live", 20), "--force", "--report", "live")
        for _ in range(200):
            time.sleep(0.1)
            for path in set(self.reports()) - before:
                if "1 running" in path.read_text():
                    return process, Page("live", path)
        sys.exit("the page of a running run was not written")

    def reports(self):
        return (self.scratch / "results/reports").glob("*.html")

    def markup(self):
        """Names, labels and texts full of markup, or long, or written from right to left."""
        values = [MARKUP, "</style></td>", "مرحبا", "x" * 150]
        script = 'printf "%s\\n" "$1" "\033[31mred"; echo \'{"<i>m</i>": 1, "a&b": 2}\' > "$2/metrics.json"; ' \
                 'echo b > "$3/<img src=x onerror=alert(1)>.txt"; [ "$1" != "</style></td>" ] || exit 4'
        self.call("synthesise", "data/learn", "--images", "60", "--sources", "five-class")
        images = sorted((self.scratch / "data/learn/five-class").rglob("*.*"))
        for label in ["<b>A<", "B&amp;C", "w" * 120]:
            folder = self.scratch / "data/markup" / label
            folder.mkdir(parents=True, exist_ok=True)
            for _ in range(2):
                image = images.pop()
                (folder / f"<script>alert(1)<script>{image.name}").write_bytes(image.read_bytes())
            (folder / "<img src=x onerror=alert(1)>.png").write_bytes(b"no image: " + label.encode())
        file = self.pipeline(
            "markup",
            {"images": {"uses": "ingest/image-folder", "with": {"root": "data/markup"}},
             "crops": {"uses": "crop-normalise", "needs": "images", "with": {"size": 32}},
             "stage": {"uses": "command",
                       "with": {"argv": ["sh", "-c", script, "sh", "${value}", "{outputs.metrics}", "{outputs.files}"],
                                "outputs": {"metrics": "metrics", "files": "files"},
                                "environment": {"TEXT": MARKUP}},
                       "checks": [{"metric": "<i>m</i>", "at-least": 2}]}},
            description=f"{MARKUP} </script><!-- {'w' * 200}", axes={"value": values})
        self.call("run", file, exits=(1,))
        self.call("note", "latest:markup", MARKUP)
        return self.report("markup", "latest:markup")

    def large(self):
        """5,000 cells."""
        file = self.pipeline(
            "large",
            {"copy": {"uses": "command", "with": {
                "argv": ["cp", "score.py", "{outputs.files}/${row}-${column}"]}}},
            axes={"row": list(range(50)), "column": list(range(100))})
        self.call("run", file, "--quiet")
        return self.report("large", "latest:large", is_large=True, rows=5000)

    def index(self):
        """All runs of the scratch folder, with links to their reports."""
        self.call("report", "latest:grid")
        self.call("report", "latest:failed")
        path = self.scratch / "results/reports/index.html"
        return Page("index", path, self.call("report", "--index"))

    def large_index(self):
        """10,000 runs, written row by row."""
        results = self.scratch / "many"
        if not (results / "done").exists():
            results.mkdir(exist_ok=True)
            maker = pathlib.Path(self.assay).resolve().parent / "runner-bench"
            subprocess.run([maker, results, "10000"], check=True)
            (results / "done").touch()
        seconds = self.call("report", "--index", "--results", results)
        return Page("large-index", results / "reports/index.html", seconds, is_large=True, rows=10000)


def program():
    """The program under test."""
    return pathlib.Path(os.environ.get("ASSAY", ROOT / ".build/release/assay")).resolve()
