#!/usr/bin/env python3
"""Compares the engine with PyTorch: random weights, random statistics, six networks, several seeds.

- Logits through `assay predict`: the largest difference relative to the largest logit, wanted below 1e-4.
- Each layer by itself, on what PyTorch gave it in double precision: relative distances of its output, of
  its input's gradient and of its parameters' gradients from double precision, wanted below 1e-5 (sums that all
  but cancel, of biases and batch norms, relative to a hundredth of the absolute values they sum up).
- The whole network in training: the median relative distance of parameters' gradients from double
  precision, and that of the losses of ten steps of Adam, each wanted below twice PyTorch's own in single
  precision.

    python3 Benchmarks/parity.py [--only NAME] [--seeds 2] [--batch 2]

Needs torch, torchvision, timm, numpy and safetensors, and `swift build -c release`. The exit code is 1
where something is further away than wanted.
"""
import argparse
import copy
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np
import torch
from networks import NETWORKS
from safetensors.numpy import load_file, save_file

CLASSES = 5
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def build(name):
    """A network with weights and statistics drawn from PyTorch's generator."""
    import timm
    import torchvision
    kind = NETWORKS[name]
    if kind == "legacy_xception":
        model = timm.create_model(kind, num_classes=CLASSES)
    elif kind == "inception_v3":
        model = torchvision.models.inception_v3(
            weights=None, num_classes=CLASSES, aux_logits=False, init_weights=False)
    else:
        model = getattr(torchvision.models, kind)(weights=None, num_classes=CLASSES)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.2)
        elif isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model


def state(model):
    return {
        key: value.detach().float().contiguous().numpy()
        for key, value in model.state_dict().items() if not key.endswith("num_batches_tracked")
    }


def distance(found, wanted, least=0.0):
    """The distance of two arrays relative to the second's length, or to `least`, in the Euclidean norm."""
    found, wanted = np.asarray(found, np.float64).ravel(), np.asarray(wanted, np.float64).ravel()
    return np.linalg.norm(found - wanted) / max(np.linalg.norm(wanted), least, 1e-30)


def compare_logits(name, model, size, folder, options):
    """The largest difference of logits, relative to the largest."""
    pixels = np.random.default_rng(size).integers(0, 256, (4, size, size, 3), np.uint8)
    np.save(folder / "images.npy", pixels)
    save_file(state(model), folder / "weights.safetensors")
    subprocess.run(
        [options.assay, "predict", "--network", name, "--weights", folder / "weights.safetensors",
         "--size", str(size), "--as", "crops", "--logits", "-o", folder / "logits.npy",
         folder / "images.npy"], check=True, stdout=subprocess.DEVNULL)
    mean, deviation = IMAGENET if name not in ("inception-v3", "xception") else ([0.5] * 3, [0.5] * 3)
    images = (pixels / 255 - mean) / deviation
    with torch.inference_mode():
        wanted = copy.deepcopy(model).double().eval()(
            torch.from_numpy(images).permute(0, 3, 1, 2)).numpy()
    found = np.load(folder / "logits.npy")
    return np.abs(found - wanted).max() / np.abs(wanted).max()


def gradients(model, images, targets, precision):
    model = copy.deepcopy(model).to(precision).train()
    loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    loss(model(images.to(precision)), targets.to(precision)).backward()
    return {key: value.grad.numpy() for key, value in model.named_parameters()}


def losses(model, images, targets, precision):
    model = copy.deepcopy(model).to(precision).train()
    criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    adam = torch.optim.Adam(model.parameters(), lr=1e-4, weight_decay=1e-4)
    found = []
    for _ in range(10):
        adam.zero_grad()
        loss = criterion(model(images.to(precision)), targets.to(precision))
        loss.backward()
        adam.step()
        found.append(loss.item())
    return found


def layers(model, images, targets):
    """What each layer reads, in single precision, and what it makes of that in double precision."""
    model = copy.deepcopy(model).double().train()
    seen, hooks = {}, []
    for key, module in model.named_modules():
        if not isinstance(module, (torch.nn.Conv2d, torch.nn.BatchNorm2d, torch.nn.Linear)):
            continue

        def read(module, inputs, output, key=key):
            seen[key] = [inputs[0].detach().float(), None, module]
            output.register_hook(lambda outputGradient: seen[key].__setitem__(1, outputGradient.float()))

        hooks.append(module.register_forward_hook(read))
    criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    criterion(model(images.double()), targets.double()).backward()
    for hook in hooks:
        hook.remove()
    given, wanted, summed = {}, {}, {}
    for key, (x, outputGradient, module) in seen.items():
        module = copy.deepcopy(module)
        module.zero_grad()
        x = x.double().requires_grad_()
        y = module(x)
        y.backward(outputGradient.double())

        def rows(value):
            value = value.detach()
            value = value.permute(0, 2, 3, 1) if value.dim() == 4 else value[:, None, None, :]
            return value.contiguous().numpy()

        given[f"layer/{key}/input"] = rows(x).astype(np.float32)
        given[f"layer/{key}/outputGradient"] = rows(outputGradient)
        wanted[f"layer/{key}/output"] = rows(y)
        wanted[f"layer/{key}/input"] = rows(x.grad)
        for parameter, value in module.named_parameters():
            wanted[f"layer/{key}/{key}.{parameter}"] = value.grad.numpy()
        # The sum of absolute values of the terms that make up the gradients of a bias and of a batch norm's
        # gain. If the terms nearly cancel (a later batch norm removes shifts), only rounding is left.
        def total(value):
            return np.linalg.norm(value.detach().abs().transpose(0, 1).flatten(1).sum(1).numpy())

        summed[f"layer/{key}/{key}.bias"] = total(outputGradient.double())
        if isinstance(module, torch.nn.BatchNorm2d):
            normalised = torch.nn.functional.batch_norm(x, None, None, training=True, eps=module.eps)
            summed[f"layer/{key}/{key}.weight"] = total(outputGradient.double() * normalised)
    return given, wanted, summed


def compare_training(name, model, size, folder, options):
    generator = torch.Generator().manual_seed(size)
    images = torch.randn((options.batch, 3, size, size), generator=generator)
    targets = torch.eye(CLASSES)[torch.arange(options.batch) % CLASSES]
    given, wanted, summed = layers(model, images, targets)
    save_file(
        {**state(model), **given, "targets": targets.numpy(),
         "images": images.permute(0, 2, 3, 1).contiguous().numpy()}, folder / "given.safetensors")
    subprocess.run(
        [options.parity, name, str(size), folder / "given.safetensors", folder / "found.safetensors"],
        check=True)
    found = load_file(folder / "found.safetensors")
    layer = max(
        (distance(found[key], value, 0.01 * summed.get(key, 0)), key) for key, value in wanted.items())
    exact = gradients(model, images, targets, torch.float64)
    single = gradients(model, images, targets, torch.float32)
    # A bias before a batch norm has no gradient except rounding.
    keys = [key for key, value in exact.items() if np.linalg.norm(value) > 1e-9]
    ours = statistics.median(distance(found["gradient/" + key], exact[key]) for key in keys)
    theirs = statistics.median(distance(single[key], exact[key]) for key in keys)
    curve = losses(model, images, targets, torch.float64)
    return {
        "layer": layer[0], "at": layer[1], "layers": len(wanted), "ours": ours, "theirs": theirs,
        "our_losses": distance(found["losses"], curve),
        "their_losses": distance(losses(model, images, targets, torch.float32), curve),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", choices=sorted(NETWORKS))
    parser.add_argument("--seeds", default=2, type=int)
    parser.add_argument("--batch", default=2, type=int)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--parity", default=".build/release/network-parity")
    parser.add_argument("--json", type=pathlib.Path, help="file for the figures as JSON")
    options = parser.parse_args()
    print("network        size seed  logits   worst layer  gradients: ours, torch  losses: ours, torch")
    records, good = [], True
    for name in options.only or NETWORKS:
        other = 299 if name in ("inception-v3", "xception") else 160
        for seed in range(1, options.seeds + 1):
            torch.manual_seed(seed)
            model = build(name)
            for size in (224, other):
                with tempfile.TemporaryDirectory() as folder:
                    folder = pathlib.Path(folder)
                    record = {"network": name, "size": size, "seed": seed}
                    record["logits"] = compare_logits(name, model, size, folder, options)
                    record |= compare_training(name, model, size, folder, options)
                records.append(record)
                print(f"{name:14}{size:5}{seed:5}  {record['logits']:.1e}  {record['layer']:.1e}     "
                      f"{record['ours']:.1e}  {record['theirs']:.1e}        "
                      f"{record['our_losses']:.1e}  {record['their_losses']:.1e}  {record['at']}",
                      flush=True)
        own = [record for record in records if record["network"] == name]

        def ratio(mine, theirs):
            return statistics.median(record[mine] / max(record[theirs], 1e-12) for record in own)

        kept = (max(record["logits"] for record in own) < 1e-4
                and max(record["layer"] for record in own) < 1e-5
                and ratio("ours", "theirs") <= 2 and ratio("our_losses", "their_losses") <= 2)
        good = good and kept
        print(f"{name:14} ours / torch's: gradients {ratio('ours', 'theirs'):.2f}, losses "
              f"{ratio('our_losses', 'their_losses'):.2f}  {'kept' if kept else 'NOT KEPT'}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(records, indent=1) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
