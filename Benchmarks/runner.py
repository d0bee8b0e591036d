#!/usr/bin/env python3
"""The runner compared with DVC, Snakemake and redun from PyPI, and beside what the machine can do at best.

In every section the programs take turns, a round each; medians, ranges and ratios are printed, and at the
end each of the runner's gates with what was measured. Ends with 1 if a gate is not kept.

    python3 Benchmarks/runner.py [--parts cold,stages,files,large,images,record] [--rounds 7]

The peers are set up in virtual environments outside the tree (`--peers`, by default in the user's cache);
`--no-peers` does without. Files are written below `--work` and removed. The page cache is warm throughout:
emptying it needs rights that a bench should not have.
"""
import argparse
import collections
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import runner_projects as projects

THIS = str(pathlib.Path(__file__).resolve())
ROOT = pathlib.Path(THIS).parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
PEERS = ["dvc", "snakemake", "redun"]

Program = collections.namedtuple("Program", "name command folder prepare codes", defaults=[None, (0,)])
Time = collections.namedtuple("Time", "wall processor")


def timed(program):
    """Seconds until a program has ended, and processor seconds of it and all it started."""
    if program.prepare:
        program.prepare()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    ended = subprocess.run(
        program.command, cwd=program.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=os.environ | projects.QUIET)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode not in program.codes:
        sys.exit(f"{program.name}: exit {ended.returncode}\n{ended.stderr.decode()[-2000:]}")
    return Time(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def turns(programs, rounds):
    """Times of each program by name; each round runs every program once."""
    times = {program.name: [] for program in programs}
    for _ in range(rounds):
        for program in programs:
            times[program.name].append(timed(program))
    return times


class Bench:
    def __init__(self, arguments, work):
        self.arguments, self.work = arguments, work
        self.assay = str(pathlib.Path(arguments.assay).resolve())
        self.gates = []

    # Output

    def table(self, title, times, unit=1.0, name="s"):
        """Prints a line a program; ratios are to the first one, whose name begins with `assay`."""
        print(f"\n{title}")
        print(f"  {'':34}{'median ' + name:>12}{'range':>22}{'processor ' + name:>15}{'ratio':>9}")
        base = next(iter(times.values()))
        base = statistics.median(t.wall for t in base)
        for program, measured in times.items():
            walls = sorted(t.wall * unit for t in measured)
            middle = statistics.median(walls)
            processor = statistics.median(t.processor for t in measured) * unit
            print(
                f"  {program:34}{middle:12.3f}{f'{walls[0]:.3f} ... {walls[-1]:.3f}':>22}{processor:15.3f}"
                f"{middle / unit / base:9.2f}")
        sys.stdout.flush()

    def gate(self, words, limit, measured, unit):
        self.gates.append((words, limit, measured, unit))

    def judge(self):
        """Prints every gate; whether all are kept."""
        print("\ngates")
        for words, limit, measured, unit in self.gates:
            verdict = "kept" if measured < limit else "NOT KEPT"
            print(f"  {words:58}{measured:9.3f} {unit:6} under {limit:g}: {verdict}")
        return all(measured < limit for _, limit, measured, _ in self.gates)

    def peer(self, name):
        return str(self.arguments.peers / name / "bin" / name)

    def run(self, folder, *words, verb="run", name="assay", **more):
        return Program(
            name, [self.assay, verb, "pipeline.json", "--results", "results", *words], folder, **more)

    def peers_on(self, folder, slow=True):
        """The peers' commands on a folder made by `projects`."""
        if self.arguments.no_peers:
            return []
        dvc = [Program("dvc repro", [self.peer("dvc"), "repro", "-q"], folder)] if slow else []
        return dvc + [
            Program("snakemake --cores 2", [self.peer("snakemake"), "--cores", "2", "-q", "all"], folder),
            Program("redun run", [self.peer("redun"), "run", "workflow.py", "main"], folder),
        ]

    def median(self, times, name="assay"):
        return statistics.median(t.wall for t in times[name])

    # Parts

    def stages(self):
        """Start, check the file, find every stage up to date."""
        own = {}
        for count in (100, 400, 1250, 1600, 5000):
            folder = projects.stages(self.work / f"stages-{count}", count)
            programs = [self.run(folder)]
            if count <= 400:
                programs += self.peers_on(folder, slow=count == 100)
                if any(program.name.startswith("dvc") for program in programs):
                    projects.dvc_project(self.peer("dvc"), folder)
            turns(programs, 1)
            times = turns(programs, self.arguments.rounds)
            self.table(f"{count} stages, all up to date", times)
            own[count] = self.median(times)
        self.gate("400 stages up to date", 0.10, own[400], "s")
        self.gate("5,000 stages up to date", 0.6, own[5000], "s")
        self.gate("1,600 stages against 400", 5, own[1600] / own[400], "times")
        self.gate("5,000 stages against 1,250", 5, own[5000] / own[1250], "times")

    def fresh(self, count, command, dvc=False):
        """A command in a folder that nobody ran in, made before the clock starts.

        The folder is put aside and not removed: some file systems are slow to make files for minutes
        after many were removed.
        """
        folder = self.work / "cold"

        def prepare():
            if folder.exists():
                folder.rename(self.work / f"cold-{time.monotonic_ns()}")
            projects.stages(folder, count)
            if dvc:
                projects.dvc_project(self.peer("dvc"), folder)
        return dict(command=command, folder=folder, prepare=prepare)

    def cold(self):
        """Stages that run for the first time, `cp` of one byte each."""
        def assay(count, *words):
            return self.fresh(count, [self.assay, "run", "pipeline.json", *words])
        count = 200
        own = turns([
            Program("assay -j 1", **assay(count, "-j", "1")), Program("assay", **assay(count)),
            Program("spawn cp", **self.fresh(count, [sys.executable, THIS, "--spawn", str(count)])),
            Program("spawn cp, fsync file and folder", **self.fresh(
                count, [sys.executable, THIS, "--spawn", str(count), "--fsync"])),
        ], self.arguments.rounds)
        # Python's start-up is not part of the limit.
        start = statistics.median(
            timed(Program("", [sys.executable, THIS, "--spawn", "0"], self.work)).wall for _ in range(5))
        for name in own:
            if name.startswith("spawn"):
                own[name] = [Time(t.wall - start, t.processor) for t in own[name]]
        each = {
            name: [Time(t.wall / count, t.processor / count) for t in all] for name, all in own.items()}
        self.table(f"{count} stages for the first time, per stage", each, 1000, "ms")
        spawn = self.median(each, "spawn cp")
        self.gate("a cold stage above its own work, one at a time", 5,
                  1000 * (self.median(each, "assay -j 1") - spawn), "ms")
        self.gate("a cold stage above its own work, two at a time", 5,
                  1000 * (self.median(each, "assay") - spawn), "ms")

        programs = [Program("assay", **assay(100))]
        if not self.arguments.no_peers:
            programs += [
                Program("snakemake --cores 2", **self.fresh(
                    100, [self.peer("snakemake"), "--cores", "2", "-q", "all"])),
                Program("redun run", **self.fresh(100, [self.peer("redun"), "run", "workflow.py", "main"])),
            ]
        times = turns(programs, max(3, self.arguments.rounds // 2))
        if not self.arguments.no_peers:
            times |= turns([Program(
                "dvc repro, once", **self.fresh(100, [self.peer("dvc"), "repro", "-q"], dvc=True))], 1)
        self.table("100 stages for the first time", times)

    def files(self):
        """20,000 files of 8 KiB as the input of one stage."""
        folder = projects.images(self.work / "files", 20_000, 52)
        projects.counting(folder)

        def without(*names):
            def prepare():
                for name in names:
                    shutil.rmtree(folder / name, ignore_errors=True)
            return prepare
        cold = turns([
            self.run(folder, verb="plan", name="assay plan", prepare=without("results")),
            Program("sha256sum", ["sh", "-c", "find data -type f -print0 | xargs -0 sha256sum"], folder),
        ], self.arguments.rounds)
        cold |= turns([self.run(folder, name="assay run, decodes every image", prepare=without("results"))], 3)
        programs = [self.run(folder), Program("find -printf", ["find", "data", "-printf", "%s %T@ %p\n"], folder)]
        peers = []
        if not self.arguments.no_peers:
            projects.dvc_project(self.peer("dvc"), folder)
            redun = [self.peer("redun"), "run", "workflow.py"]
            peers = [
                Program("dvc repro", [self.peer("dvc"), "repro", "-q"], folder),
                Program("snakemake --cores 2",
                        [self.peer("snakemake"), "count", "--cores", "2", "-q", "all"], folder),
                Program("redun run, content", redun + ["content"], folder),
                Program("redun run, times", redun + ["times"], folder),
            ]
            cold |= turns(peers, 1)
        self.table("20,000 files of 8 KiB for the first time (the peers once)", cold)
        warm = turns(programs, self.arguments.rounds) | turns(peers, 3)
        self.table("20,000 files of 8 KiB, nothing changed", warm)
        self.gate("20,000 files, nothing changed", 0.25, self.median(warm), "s")
        self.gate("20,000 files hashed", 1.5, self.median(cold, "assay plan"), "s")

    def large(self):
        """One file of 1 GiB."""
        folder = projects.large(self.work / "large", 1 << 30)
        times = turns([
            self.run(folder, verb="plan", name="assay plan",
                     prepare=lambda: shutil.rmtree(folder / "results", ignore_errors=True)),
            Program("openssl dgst -sha256", ["openssl", "dgst", "-sha256", "large.bin"], folder),
        ], self.arguments.rounds)
        self.table("1 GiB hashed", times)
        ratio = self.median(times, "assay plan") / self.median(times, "openssl dgst -sha256")
        self.gate("1 GiB against openssl", 1.0, ratio, "times")
        (folder / "large.bin").unlink()

    def images(self):
        """66,550 images, as many as the seven sources hold."""
        folder = projects.images(self.work / "images", 66_550, 16)
        first = turns([self.run(folder, name="assay, for the first time")], 1)
        times = turns([
            self.run(folder), Program("find -printf", ["find", "data", "-printf", "%s %T@ %p\n"], folder),
        ], self.arguments.rounds)
        self.table("66,550 images ingested again, nothing changed", times | first)
        self.gate("66,550 images, nothing changed", 1, self.median(times), "s")

    def record(self):
        """The verbs that read the record, over 10,000 runs of eight stages."""
        folder = self.work / "record"
        folder.mkdir()
        maker = pathlib.Path(self.arguments.assay).resolve().parent / "runner-bench"
        subprocess.run([maker, "results", "10000"], cwd=folder, check=True)
        size = (folder / "results" / "assay.sqlite").stat().st_size / 2**20
        ask = {
            "runs": ["runs"], "metrics": ["metrics"], "diff": ["diff", "latest~1", "latest"],
            "runs --limit 10000": ["runs", "--limit", "10000"],
            "metrics of 20 runs": ["metrics"] + [f"latest~{i}" for i in range(20)],
            "diff of the first and last": ["diff", "latest~9999", "latest"],
        }
        times = turns([
            Program(name, [self.assay, *words], folder, codes=(0, 5)) for name, words in ask.items()
        ], self.arguments.rounds)
        self.table(f"A record of 10,000 runs, {size:.0f} MiB", times)
        for name in ("runs", "metrics", "diff"):
            self.gate(f"{name} over 10,000 runs", 0.2, self.median(times, name), "s")


def set_up(peers):
    """Installs each peer in a virtual environment of its own, and prints what was installed."""
    for name in PEERS:
        if not (peers / name / "bin" / name).exists():
            print(f"setting up {name} in {peers}", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", peers / name], check=True)
            subprocess.run([peers / name / "bin" / "pip", "install", "-q", name], check=True)
        version = subprocess.run(
            [peers / name / "bin" / name, "--version"], capture_output=True, text=True).stdout
        print(f"{name} {version.split()[-1]}", end="; ")
    print("the page cache is warm throughout")


def spawn(count, durable):
    """The least that can be done: start `cp` again and again, and wait for it."""
    for i in range(count):
        target = f"out/{i}.txt"
        os.waitpid(os.posix_spawn("/bin/cp", ["cp", "in.txt", target], os.environ), 0)
        for path in [target, "out"] if durable else []:
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


def main():
    every = ["cold", "stages", "files", "large", "images", "record"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--assay", default=ROOT / ".build/release/assay")
    parser.add_argument("--parts", default=",".join(every))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peers", type=pathlib.Path, default=CACHE / "assay-runner-bench")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "results")
    parser.add_argument("--spawn", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--fsync", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.spawn is not None:
        return spawn(arguments.spawn, arguments.fsync)
    parts = arguments.parts.split(",")
    unknown = set(parts) - set(every)
    if unknown:
        parser.error(f"no such parts: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    if not arguments.no_peers:
        set_up(arguments.peers)
    arguments.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.work, prefix="bench-runner-") as work:
        bench = Bench(arguments, pathlib.Path(work).resolve())
        for part in parts:
            getattr(bench, part)()
        sys.exit(0 if bench.judge() else 1)


if __name__ == "__main__":
    main()
