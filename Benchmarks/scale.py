#!/usr/bin/env python3
"""What limits 10,000 and 1,000,000 cells: measured plans, and a simulated cluster.

    python3 Benchmarks/scale.py [--cells 10000 100000 1000000] [--json FILE]

Plans grids of `command` cells with the release program (ASSAY names another) and reads time and peak memory; runs
a small grid on this machine for the coordinator's cost per cell. Then it plays runs of such grids on a fake Slurm:
arrays, a limit on cells in the queue, bundles and polls as in a profile; a controller that takes time for each
submission and starts so many jobs per second. The gates are at the end.
"""
import argparse
import heapq
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ASSAY = os.path.abspath(os.environ.get("ASSAY", ".build/release/assay"))
#: The gates of a plan of 1,000,000 cells: seconds and GiB.
GATE = (30, 2)
#: The fake cluster. Submission and start rate were seen on a real controller of Slurm 22.05 with two nodes.
SUBMISSION, STARTS, ARRAY = 0.012, 9, 1000
#: The profile: its defaults.
JOBS, BUNDLE, POLL = 1000, 60, 10
#: Processors of a node that take one cell each.
SLOTS = 64


def grid(folder, cells):
    """A pipeline of one `command` stage along two axes."""
    side = int(math.isqrt(cells))
    while cells % side:
        side -= 1
    (folder / "in.txt").write_text("x")
    (folder / "pipeline.json").write_text(json.dumps({
        "assay": 1, "name": f"grid-{cells}",
        "axes": {"seed": list(range(side)), "rate": list(range(cells // side))},
        "stages": {"cell": {
            "uses": "command", "seed": "${seed}",
            "with": {"argv": ["cp", "in.txt", "{outputs.files}/${seed}-${rate}.txt"]}}}}))


def measure(verb, cells):
    """Wall seconds, processor seconds and peak MiB of a verb on a fresh store."""
    with tempfile.TemporaryDirectory() as name:
        grid(pathlib.Path(name), cells)
        began = time.monotonic()
        child = subprocess.Popen([ASSAY, verb, "pipeline.json"], cwd=name, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
    if status:
        sys.exit(f"'{verb}' of {cells} cells ended with {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class FakeSlurm:
    """A controller that accepts arrays, starts a number of jobs per second and frees processors at their end."""

    def __init__(self, slots):
        self.free = [0.0] * slots
        self.next_start = 0.0
        self.ends = []
        self.submissions = 0

    def submit(self, now, tasks):
        """Accepts tasks, each a pair of seconds and cells; returns when the last array was accepted."""
        for start in range(0, len(tasks), ARRAY):
            now += SUBMISSION
            self.submissions += 1
            for seconds, cells in tasks[start:start + ARRAY]:
                begin = max(now, self.next_start, heapq.heappop(self.free))
                self.next_start = begin + 1 / STARTS
                heapq.heappush(self.free, begin + seconds)
                heapq.heappush(self.ends, (begin + seconds, cells))
        return now

    def ended(self, now):
        """The number of cells whose tasks ended."""
        count = 0
        while self.ends and self.ends[0][0] <= now:
            count += heapq.heappop(self.ends)[1]
        return count


def play(cells, seconds, nodes, plan, per_cell, jobs):
    """A run: its wall time, submissions, polls, and the share of time the coordinator was busy."""
    slurm = FakeSlurm(nodes * SLOTS)
    now, left, flying, polls, busy = plan, cells, 0, 0, 0.0
    bundle = max(1, int(BUNDLE // seconds))
    while left or flying:
        polls += 1
        began = now
        done = slurm.ended(now)
        flying -= done
        take = min(left, jobs - flying)
        tasks = [(seconds * min(bundle, take - at), min(bundle, take - at)) for at in range(0, take, bundle)]
        now = slurm.submit(now + per_cell * (done + take), tasks)
        left, flying = left - take, flying + take
        busy += now - began
        now = max(now, began + POLL) if left or flying else now
    return now, slurm.submissions, polls, busy / now


def limit(wall, ideal, plan, busy, jobs, slots, seconds):
    """What most of the time beyond the ideal is due to."""
    if wall < 1.1 * ideal:
        return "the nodes"
    if busy > 0.5:
        return "the coordinator"
    if plan > 0.5 * wall:
        return "the plan"
    bundle = max(1, int(BUNDLE // seconds))
    if jobs / bundle < slots:
        return "cells in the queue ('jobs')"
    if STARTS * seconds * bundle < slots:
        return "starts per second"
    return "the polls"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--json", help="also write the measurements to this file")
    options = parser.parse_args()
    plans = {}
    print(f"{'plan':>10} {'seconds':>9} {'processor s':>12} {'peak MiB':>9} {'microseconds per cell':>22}")
    for cells in options.cells:
        wall, processor, peak = plans[cells] = measure("plan", cells)
        print(f"{cells:>10,} {wall:>9.2f} {processor:>12.2f} {peak:>9.0f} {1e6 * wall / cells:>22.1f}")
    small = 1000
    wall, _, _ = measure("run", small)
    per_cell = wall / small
    print(f"\nrun of {small:,} cells on this machine: {1000 * per_cell:.2f} ms per cell, workers included\n")
    print(f"fake Slurm: {SLOTS} cells per node, {STARTS} starts per second, {1000 * SUBMISSION:.0f} ms per submission, "
          f"arrays of {ARRAY}, bundles of {BUNDLE} s, a poll each {POLL} s")
    print(f"{'cells':>10} {'cell s':>7} {'nodes':>5} {'jobs':>7} {'wall':>10} {'ideal':>10} {'submissions':>11} "
          f"{'polls':>7} {'busy':>5}  limited by")
    for cells in options.cells:
        for seconds in (1, 60, 3600):
            for nodes in (4, 64):
                for jobs in sorted({JOBS, 100 * JOBS}):
                    plan = plans[cells][0]
                    wall, submissions, polls, busy = play(cells, seconds, nodes, plan, per_cell, jobs)
                    ideal = math.ceil(cells / (nodes * SLOTS)) * seconds
                    print(f"{cells:>10,} {seconds:>7} {nodes:>5} {jobs:>7,} "
                          f"{wall / 3600:>8.2f} h {ideal / 3600:>8.2f} h "
                          f"{submissions:>11,} {polls:>7,} {busy:>5.0%}  "
                          f"{limit(wall, ideal, plan, busy, jobs, nodes * SLOTS, seconds)}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({
            "plans": [{"cells": cells, "seconds": round(plan[0], 2), "mib": round(plan[2])}
                      for cells, plan in plans.items()],
            "run-milliseconds-per-cell": round(1000 * per_cell, 2)}, indent=1) + "\n")
    if 1_000_000 in plans:
        wall, _, peak = plans[1_000_000]
        kept = wall < GATE[0] and peak < 1024 * GATE[1]
        print(f"\nplan of 1,000,000 cells: {wall:.1f} s, {peak / 1024:.2f} GiB; "
              f"under {GATE[0]} s and {GATE[1]} GiB: {'kept' if kept else 'MISSED'}")
        sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
