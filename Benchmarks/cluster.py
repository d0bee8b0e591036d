#!/usr/bin/env python3
"""Cells of a `command` stage on a Slurm cluster, against a hand-made job array of the same commands.

    python3 Benchmarks/cluster.py [--cells 1000] [--rounds 3] [--sleep 0] [--json FILE]

Starts the test cluster of two nodes (Tests/Cluster/cluster), then runs in turns: `sbatch --array --wait` with one task
per command; `assay run` on a fresh store with one job per cell; the same where the cells' times are known from an
earlier run, so that they share jobs. ASSAY names the program. The gates are at the end.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ASSAY = os.path.abspath(os.environ.get("ASSAY", ".build/release/assay"))
CLUSTER = pathlib.Path(__file__).resolve().parent.parent / "Tests/Cluster/cluster"
#: The gates: wall time relative to the hand-made array, and the coordinator's peak memory in MiB.
GATE = (1.3, 200)


def measure(words, folder, environment):
    """Wall seconds and peak MiB of a program."""
    began = time.monotonic()
    child = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{words[0]} ended with {status}:\n{text[-3000:]}")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def array(folder, cells, sleep, environment):
    """The hand-made array: one task per command."""
    (folder / "out").mkdir()
    (folder / "array.sh").write_text(
        "#!/bin/sh\nmkdir -p out/$SLURM_ARRAY_TASK_ID\n"
        f"sleep {sleep}; echo $SLURM_ARRAY_TASK_ID > out/$SLURM_ARRAY_TASK_ID/number\n")
    words = ["sbatch", "--wait", "--quiet", f"--array=0-{cells - 1}", "--mem=200", "--output=/dev/null", "array.sh"]
    seconds, _ = measure(words, folder, environment)
    written = len(list((folder / "out").glob("*/number")))
    if written != cells:
        sys.exit(f"the array wrote {written} files")
    return seconds, 0


def grid(folder, cells, sleep):
    """The same commands as a pipeline."""
    (folder / "pipeline.json").write_text(json.dumps({
        "assay": 1, "name": "cells", "axes": {"i": list(range(cells))},
        "stages": {"cell": {"uses": "command", "with": {
            "argv": ["/bin/sh", "-c", f"sleep {sleep}; echo ${{i}} > {{outputs.files}}/number"]}}}}))
    (folder / "profile.json").write_text(json.dumps({
        "executor": "slurm", "poll": 1, "memory": "200 MiB", "jobs": 2000}))


def run(folder, environment, *words):
    return measure([ASSAY, "run", "pipeline.json", "--profile", "profile.json", "--quiet", *words], folder, environment)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sleep", default="0", help="seconds that each command also sleeps")
    parser.add_argument("--json", help="also write the measurements to this file")
    options = parser.parse_args()
    environment = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin", MIN_JOB_AGE="300")
    if not shutil.which("slurmctld", path=environment["PATH"]):
        print("skipped: slurmctld is not installed (Debian: slurm-wlm)")
        return
    # The cluster is taken down however this ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    kinds = ["array", "first run", "known times"]
    seconds, peaks = {kind: [] for kind in kinds}, []
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        environment["SLURM_CONF"] = str(top / "cluster/slurm.conf")
        subprocess.run([CLUSTER, "up", top / "cluster"], env=environment, check=True)
        try:
            for number in range(options.rounds):
                folder = top / f"array-{number}"
                folder.mkdir()
                seconds["array"].append(array(folder, options.cells, options.sleep, environment)[0])
                folder = top / f"grid-{number}"
                folder.mkdir()
                grid(folder, options.cells, options.sleep)
                for kind, words in (("first run", []), ("known times", ["--force"])):
                    wall, peak = run(folder, environment, *words)
                    seconds[kind].append(wall)
                    peaks.append(peak)
                print(f"round {number + 1}: " + ", ".join(f"{kind} {seconds[kind][-1]:.1f} s" for kind in kinds)
                      + f"; coordinator {peaks[-1]:.0f} MiB", flush=True)
        finally:
            subprocess.run([CLUSTER, "down", top / "cluster"], env=environment, check=False)
    ratios = {kind: statistics.median(ours / theirs for ours, theirs in zip(seconds[kind], seconds["array"]))
              for kind in kinds[1:]}
    for kind, ratio in ratios.items():
        print(f"{options.cells:,} cells, {kind}: {ratio:.2f} times the wall time of the array")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({
            "cells": options.cells, "seconds": {kind: [round(x, 1) for x in all] for kind, all in seconds.items()},
            "coordinator-mib": round(max(peaks))}, indent=1) + "\n")
    kept = max(ratios.values()) <= GATE[0] and max(peaks) < GATE[1]
    print(f"within {GATE[0]} times, and a coordinator ({max(peaks):.0f} MiB) below {GATE[1]} MiB: "
          f"{'kept' if kept else 'MISSED'}")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
