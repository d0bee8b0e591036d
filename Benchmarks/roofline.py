#!/usr/bin/env python3
"""What bounds inference and training of each network: products at the processor's peak, bytes at the memory's rate, and
how near the engine is.

    python3 Benchmarks/roofline.py [--only NAME] [--work training] [--batch 8] [--rounds 15]

Peak and rate are measured here, on as many threads, by a C program: fused multiply-adds in registers, and a sum of
two arrays far larger than the caches. Products are those of the plain sums; Winograd's method does 3 x 3 layers with
fewer, so that a network can be above this bound. Bytes are what has to move if nothing stays in cache between layers:
each layer reads its input and writes its output, and each weight is read once per batch. A training step does three
times the products, except for the input's gradient of the first layer; what it moves is in `TRAINING`. Needs clang,
torch, torchvision, timm and numpy.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

import engines
import networks

#: What a training step moves, in passes. Convolution: forward, the kernel's gradient, the input's gradient, each with
#: one input and one output. Norm, with its ReLU: statistics and output; sums of gradients and the input's gradient,
#: which both read input and gradient. Pooling: forward and backward. Weights: read twice, the gradient written, Adam.
TRAINING = {"convolution": 3, "norm": 8, "pool": 2, "weights": 10}

PROGRAM = r"""
#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + 1e-9 * t.tv_nsec; }
static double products(void) {
  __m256 sums[12], a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(1e-3f);
  for (int i = 0; i < 12; i++) sums[i] = _mm256_set1_ps(i);
  long rounds = 40000000; double start = now();
  for (long r = 0; r < rounds; r++)
    for (int i = 0; i < 12; i++) sums[i] = _mm256_fmadd_ps(sums[i], a, b);
  double seconds = now() - start; float out[8], sum = 0;
  for (int i = 0; i < 12; i++) { _mm256_storeu_ps(out, sums[i]); sum += out[0]; }
  if (sum == 42) puts("");
  return 2.0 * 8 * 12 * rounds / seconds;
}
static double bytes(void) {
  long count = 1 << 25; float *x = malloc(4 * count), *y = malloc(4 * count), *z = malloc(4 * count);
  memset(x, 0, 4 * count); memset(y, 0, 4 * count); memset(z, 0, 4 * count);
  double best = 0;
  for (int round = 0; round < 5; round++) {
    double start = now();
    for (long i = 0; i < count; i++) z[i] = x[i] + y[i];
    double rate = 12.0 * count / (now() - start);
    if (rate > best) best = rate;
    if (z[count / 2] == 42) puts("");
  }
  return best;
}
int main(int count, char **words) {
  int threads = atoi(words[1]);
  double *rates = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int kind = 0; kind < 2; kind++) {
    for (int t = 0; t < threads; t++)
      if (!fork()) { rates[t] = kind ? bytes() : products(); _exit(0); }
    while (wait(0) > 0) {}
    double sum = 0;
    for (int t = 0; t < threads; t++) sum += rates[t];
    printf("%f\n", sum);
  }
}
"""


def limits(threads):
    """The processor's operations and the memory's bytes per second, on some threads."""
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "limits.c"), f"{folder}/limits"
        source.write_text(PROGRAM)
        subprocess.run(["clang", "-O3", "-mavx2", "-mfma", source, "-o", program], check=True)
        output = subprocess.run([program, str(threads)], check=True, capture_output=True, text=True).stdout
    return [float(line) for line in output.split()]


def work(name, size, training):
    """Operations per image, bytes of weights moved per batch, and bytes of activations moved per image."""
    import torch
    model, totals = engines.model(name), {"operations": 0, "moved": 0}
    times = TRAINING if training else {"convolution": 1, "norm": 0, "pool": 1, "weights": 1}

    def count(module, inputs, output):
        if any(True for _ in module.children()):
            return
        moved = output.numel() + sum(value.numel() for value in inputs)
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            # The gradient of the image is not needed.
            products = times["convolution"] - (1 if training and totals["operations"] == 0 else 0)
            totals["operations"] += 2 * module.weight[0].numel() * output.numel() * products
            totals["moved"] += 4 * moved * times["convolution"]
        elif isinstance(module, torch.nn.BatchNorm2d):
            # In inference, norms are part of the layer before them, as activations always are.
            totals["moved"] += 4 * output.numel() * times["norm"]
        elif isinstance(module, (torch.nn.MaxPool2d, torch.nn.AvgPool2d)):
            totals["moved"] += 4 * moved * times["pool"]
    for module in model.modules():
        module.register_forward_hook(count)
    with torch.inference_mode():
        model(torch.zeros(1, 3, size, size))
    weights = 4 * sum(value.numel() for value in model.parameters())
    return totals["operations"], weights * times["weights"], totals["moved"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", choices=sorted(engines.NETWORKS))
    parser.add_argument("--work", action="append", choices=["inference", "training"])
    parser.add_argument("--batch", default=8, type=int)
    parser.add_argument("--size", default=224, type=int)
    parser.add_argument("--rounds", default=15, type=int)
    parser.add_argument("--threads", default=2, type=int)
    parser.add_argument("--bench", default=os.path.abspath(".build/release/network-bench"))
    options = parser.parse_args()
    peak, rate = limits(options.threads)
    print(f"{options.threads} threads: {peak / 1e9:.0f} GFLOP/s, {rate / 1e9:.1f} GB/s; "
          f"batch {options.batch}, {options.size} pixels, per image")
    print("network       work         GFLOP   weights  activations   products      bytes   measured   of the"
          "    GFLOP/s")
    print("                                        MB           MB         ms         ms         ms     bound")
    for kind in options.work or ["inference", "training"]:
        for name in options.only or engines.NETWORKS:
            operations, weights, moved = work(name, options.size, kind == "training")
            side = networks.Side([options.bench, name, str(options.size), str(options.batch), kind,
                                  str(options.threads)], {"OPENBLAS_NUM_THREADS": "1"})
            side.step()
            seconds = statistics.median(side.step() for _ in range(options.rounds)) / options.batch
            side.end()
            products = operations / peak
            transfer = (moved + weights / options.batch) / rate
            print(f"{name:14}{kind:10}{operations / 1e9:8.2f}{weights / 1e6:10.1f}{moved / 1e6:13.1f}"
                  f"{1000 * products:11.2f}{1000 * transfer:11.2f}{1000 * seconds:11.2f}"
                  f"{100 * max(products, transfer) / seconds:8.0f} %{operations / seconds / 1e9:11.0f}", flush=True)


if __name__ == "__main__":
    main()
