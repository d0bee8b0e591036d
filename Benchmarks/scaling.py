#!/usr/bin/env python3
"""Writes docs/scaling.md: what a cluster makes faster, with the arithmetic of the paper's grid.

    python3 Benchmarks/scaling.py > docs/scaling.md

Every number is read or computed: the grid and the protocol from Pipelines/parts/paper-a.json, milliseconds per step
and memory from docs/benchmarks.md, plans from Benchmarks/scale.json (written by Benchmarks/scale.py --json).
"""
import heapq
import json
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
#: The paper's number of images, repeats of each cell, and processors of a node.
IMAGES, REPEATS, PROCESSORS = 66_550, 5, 64
#: Threads of the measured steps.
THREADS = 2
NODES = (1, 4, 16, 64)


def steps():
    """Milliseconds per step of 32 images and MiB, by network and kind of work."""
    found = {}
    for line in (ROOT / "docs/benchmarks.md").read_text().splitlines():
        parts = line.split()
        if len(parts) == 13 and parts[1] == "224" and parts[2] == "32":
            found[parts[0], parts[3]] = float(parts[4]), int(parts[11])
    return found


def makespan(jobs, slots):
    """Hours until the last job ends; the longest start first."""
    free = [0.0] * slots
    for hours in sorted(jobs, reverse=True):
        heapq.heapreplace(free, free[0] + hours)
    return max(free)


def time(hours):
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"


def main():
    part = json.loads((ROOT / "Pipelines/parts/paper-a.json").read_text())
    parameters = part["parameters"]
    train, validate, test = part["stages"]["split"]["with"]["fractions"]
    batch, head, epochs = (parameters[name] for name in ("batch", "head-epochs", "epochs"))
    known = steps()
    backbones = [axis["name"] for axis in part["axes"]["backbone"]]
    augmentations = [axis["name"] for axis in part["axes"]["augmentation"] if axis["form"] == "plain"]
    measured = [name for name in backbones if (name, "training") in known]
    if batch != 32 or not measured:
        raise SystemExit("docs/benchmarks.md has no steps of the protocol's batch")
    rows, jobs = [], []
    for name in measured:
        (training, memory), (inference, _) = known[name, "training"], known[name, "inference"]

        def seconds(share, step):
            return share * IMAGES / batch * step / 1000

        hours = (head * seconds(train, inference) + epochs * seconds(train, training)
                 + (head + epochs) * seconds(validate, inference) + seconds(test, inference)) / 3600
        rows.append((name, training, inference, memory, hours))
        jobs += [hours] * (len(augmentations) * REPEATS)
    size = parameters["size"]
    store = IMAGES * size * size * 3
    per_node = PROCESSORS // THREADS
    core_hours = sum(jobs) * THREADS
    memory = per_node * max(row[3] for row in rows) / 1024
    print(f"""# Scaling

Written by `Benchmarks/scaling.py` from measurements; no number is written by hand.

A grid scales: its cells are independent, and each is a job that runs anywhere the store is mounted. **One training does
not**: it runs on one node, on as many threads as its share of the processors. Data-parallel training over several nodes is
not part of Assay: it would change the bytes with the number of nodes, and a grid has enough jobs to fill a cluster without
it. So the wall time of a grid falls with the number of nodes until it reaches that of its longest training.

## The paper's grid

{len(measured)} of the paper's {len(backbones)} backbones have measured steps ({", ".join(b for b in backbones if b not in measured) or "none"}
left out), by {len(augmentations)} augmentations, by {REPEATS} repeats: {len(jobs)} trainings on {IMAGES:,} images, {train:.0%} of them for training.
The protocol is that of `Pipelines/parts/paper-a.json`: {head} epochs of the head, then up to {epochs}, batches of {batch} at {size} pixels.

| backbone | training step, ms | inference step, ms | memory, MiB | hours of one training |
|---|---|---|---|---|""")
    for name, training, inference, size_, hours in rows:
        print(f"| {name} | {training:.0f} | {inference:.0f} | {size_:,} | {hours:.0f} |")
    print(f"""
Steps are from [benchmarks.md](benchmarks.md), on {THREADS} threads of that machine. This is an upper bound. A step counts as if all
layers were trained, while the protocol keeps most of them frozen; and every training counts {epochs} epochs, while most
stop before. `assay plan --estimate` gives the expected time from recorded executions.

- Trainings: {len(jobs)}; processor time: {core_hours:,.0f} core hours; the longest training: {time(max(jobs))}.
- Crops in the store: {store / 2**30:.1f} GiB, once for all cells.
- A node of {PROCESSORS} processors takes {per_node} trainings of {THREADS} threads, with up to {memory:.0f} GiB of memory.

| nodes of {PROCESSORS} processors | trainings at once | wall time | processors in use |
|---|---|---|---|""")
    for nodes in NODES:
        wall = makespan(jobs, nodes * per_node)
        print(f"| {nodes} | {min(len(jobs), nodes * per_node)} | {time(wall)} | "
              f"{core_hours / (wall * nodes * PROCESSORS):.0%} |")
    print(f"| the benchmark's machine, {THREADS} processors | 1 | {time(sum(jobs))} | 100% |")
    full = -(-len(jobs) // per_node)
    print(f"""
With {full} nodes every training runs at once, and more nodes change nothing: the longest training remains. Then give each
training more processors (`resources.cpus`); how much faster it becomes is not computed here, because it was measured on
{THREADS} threads only.

## Many cells

A plan reads the pipeline, resolves every cell and looks up every key. Its time and memory grow in proportion to the number
of cells; a pipeline may have 1,000,000.
""")
    path = ROOT / "Benchmarks/scale.json"
    if path.exists():
        facts = json.loads(path.read_text())
        print("| cells | seconds to plan | peak memory, MiB |\n|---|---|---|")
        for plan in facts["plans"]:
            print(f"| {plan['cells']:,} | {plan['seconds']:.1f} | {plan['mib']:,} |")
        print(f"""
On the benchmark's machine the coordinator and its workers take {facts['run-milliseconds-per-cell']:.1f} ms per cell of a program
that does almost nothing. `make bench PARTS=scale` measures this and plays grids on a simulated cluster.
""")
    print("""What limits a run on a cluster depends on how long a cell takes:

- **Cells of seconds**: the controller starts only so many jobs per second. `bundle` in the profile puts several cells into
  one job; the coordinator's time per cell remains.
- **Cells of minutes**: the number of cells in the queue (`jobs` in the profile, 1000 by default) must exceed the number of
  cells that the nodes take at once, bundles included.
- **Cells of hours**: the nodes. Planning, submissions and polls do not matter.

See [slurm.md](slurm.md) for the profile.""")


if __name__ == "__main__":
    main()
