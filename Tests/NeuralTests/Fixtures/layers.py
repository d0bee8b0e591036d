"""Writes layers.json: each layer's output and gradients as PyTorch computes them.

Inputs are N x H x W x C by formula(1), parameters by formula(2), the gradient of the output by
formula(3). Run in this folder: python layers.py
"""

import json

import torch
import torch.nn.functional as F
from formula import formula, numbers


def layer_case(shape, parameter_shapes, function, statistics=()):
    n, h, w, c = shape
    x = torch.from_numpy(formula(n * h * w * c, 1)).reshape(shape).requires_grad_()
    sizes = [torch.Size(s).numel() for s in parameter_shapes]
    flat = torch.from_numpy(formula(sum(sizes), 2))
    parameters = [
        p.reshape(s).clone().requires_grad_() for p, s in zip(flat.split(sizes), parameter_shapes)
    ]
    y = function(x.permute(0, 3, 1, 2), *parameters)
    y = y.permute(0, 2, 3, 1) if y.dim() == 4 else y
    r = torch.from_numpy(formula(y.numel(), 3)).reshape(y.shape)
    (y * r).sum().backward()
    case = {"output": numbers(y.detach()), "input": numbers(x.grad)}
    if parameters:
        case["parameters"] = [v for p in parameters for v in numbers(p.grad)]
    if statistics:
        case["statistics"] = [v for s in statistics for v in numbers(s)]
    return case


cases = {}
for kernel, stride, padding in [(3, 1, 1), (3, 2, 1), (5, 3, 2), (1, 1, 0), (2, 1, 0)]:
    cases[f"convolution-{kernel}-{stride}-{padding}"] = layer_case(
        (2, 5, 6, 2), [(3, 2, kernel, kernel)],
        lambda x, weight: F.conv2d(x, weight, stride=stride, padding=padding))
for kernel, stride, padding in [((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0)), ((3, 2), 2, (1, 0))]:
    cases["convolution-{}x{}-{}-{}x{}-bias".format(*kernel, stride, *padding)] = layer_case(
        (2, 5, 6, 2), [(3, 2, *kernel), (3,)],
        lambda x, weight, bias: F.conv2d(x, weight, bias, stride=stride, padding=padding))
for training in [True, False]:
    mean, variance = torch.tensor([0.1, -0.2, 0.3]), torch.tensor([1.1, 0.7, 0.2])
    cases["batch-norm-" + ("training" if training else "evaluation")] = layer_case(
        (3, 2, 4, 3), [(3,), (3,)],
        lambda x, weight, bias: F.batch_norm(x, mean, variance, weight, bias, training=training),
        (mean, variance))
cases["relu"] = layer_case((2, 2, 3, 3), [], F.relu)
# A ceiling of 0.25 cuts a quarter of numbers in [-0.5, 0.5), as 6 would cut large ones.
cases["relu-ceiling"] = layer_case((2, 2, 3, 3), [], lambda x: x.clamp(0, 0.25))
for stride, h, w in [(1, 7, 9), (2, 7, 9), (2, 6, 8), (1, 1, 1)]:
    cases[f"depthwise-{stride}-{h}-{w}"] = layer_case(
        (2, h, w, 11), [(11, 1, 3, 3)],
        lambda x, weight: F.conv2d(x, weight, stride=stride, padding=1, groups=11))
mean, variance = torch.ones(3), torch.ones(3)
cases["batch-norm-stored"] = layer_case(
    (3, 2, 4, 3), [(3,), (3,)],
    lambda x, weight, bias: F.batch_norm(x, mean, variance, weight, bias), (mean, variance))
mean, variance = torch.tensor([0.1, -0.2, 0.3]), torch.tensor([1.1, 0.7, 0.2])
cases["batch-norm-epsilon"] = layer_case(
    (3, 2, 4, 3), [(3,), (3,)],
    lambda x, weight, bias: F.batch_norm(x, mean, variance, weight, bias, eps=0.1))
for size, stride in [(2, 2), (3, 2)]:
    cases[f"max-pool-{size}-{stride}"] = layer_case(
        (2, 5, 6, 3), [], lambda x: F.max_pool2d(x, size, stride))
    cases[f"average-pool-{size}-{stride}"] = layer_case(
        (2, 5, 6, 3), [], lambda x: F.avg_pool2d(x, size, stride))
# The last window is kept where it begins inside the image or its left padding, dropped otherwise.
for size, stride, padding, h, w in [
    (3, 2, 0, 6, 9), (2, 2, 0, 5, 6), (3, 1, 1, 4, 5), (2, 3, 1, 6, 4), (3, 2, 0, 2, 2),
]:
    cases[f"max-pool-{size}-{stride}-{padding}-{h}-{w}-up"] = layer_case(
        (2, h, w, 3), [], lambda x: F.max_pool2d(x, size, stride, padding, ceil_mode=True))
cases["max-pool-3-2-1"] = layer_case((2, 5, 6, 3), [], lambda x: F.max_pool2d(x, 3, 2, 1))
cases["average-pool-3-1-1"] = layer_case((2, 5, 6, 3), [], lambda x: F.avg_pool2d(x, 3, 1, 1))
for size, h, w in [(3, 5, 7), (7, 2, 2), (2, 4, 6)]:
    cases[f"adaptive-average-pool-{size}-{h}-{w}"] = layer_case(
        (2, h, w, 3), [], lambda x: F.adaptive_avg_pool2d(x, size))
cases["flatten"] = layer_case((2, 2, 4, 3), [], lambda x: x.flatten(1))
cases["global-average-pool"] = layer_case(
    (2, 3, 4, 5), [], lambda x: F.adaptive_avg_pool2d(x, 1))
cases["dense"] = layer_case(
    (3, 1, 1, 7), [(4, 7), (4,)], lambda x, weight, bias: F.linear(x.flatten(1), weight, bias))


def lstm(x, *weights):
    """Rows of the image are steps, of W x C values each; gives the last hidden state."""
    rows = x.permute(0, 2, 3, 1).flatten(2)
    hidden = weights[1].shape[1]
    start = torch.zeros(1, len(rows), hidden)
    return torch.lstm(rows, (start, start), list(weights), True, 1, 0.0, False, False, True)[1][0]


for rows, columns, channels, hidden in [(5, 2, 3, 4), (1, 1, 7, 3)]:
    size = columns * channels
    cases[f"lstm-{rows}-{size}-{hidden}"] = layer_case(
        (2, rows, columns, channels),
        [(4 * hidden, size), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,)], lstm)


def join(x, weight):
    a = F.conv2d(x, weight, padding=1)
    b = F.max_pool2d(a, 3, 1, 1)
    return torch.cat([x, torch.cat([b, a], 1), a], 1)


cases["concatenation"] = layer_case((2, 4, 5, 2), [(3, 2, 3, 3)], join)

logits = (6 * torch.from_numpy(formula(15, 1))).reshape(3, 5).requires_grad_()
targets = torch.softmax(4 * torch.from_numpy(formula(15, 2)).reshape(3, 5), 1)
loss = F.cross_entropy(logits, targets, label_smoothing=0.1)
loss.backward()
cases["cross-entropy"] = {
    "targets": numbers(targets), "loss": numbers(loss.detach()), "input": numbers(logits.grad),
    "softmax": numbers(torch.softmax(logits.detach(), 1))}

weights = torch.tensor([0.5, 1.0, 2.0, 1.5, 0.25])
logits = logits.detach().clone().requires_grad_()
# Each sample's smoothed loss times its weight, as Keras does; the first target has one label.
sure = torch.cat([F.one_hot(torch.tensor([2]), 5).float(), targets[1:]])
each = F.cross_entropy(logits, sure, label_smoothing=0.1, reduction="none")
loss = (each * (sure @ weights)).mean()
loss.backward()
cases["cross-entropy-weighted"] = {
    "weights": numbers(weights), "targets": numbers(sure), "loss": numbers(loss.detach()),
    "input": numbers(logits.grad)}

# AugMix's consistency term as its authors write it.
logits = (6 * torch.from_numpy(formula(30, 4))).reshape(3, 2, 5).requires_grad_()
clean, one, two = (F.softmax(x, dim=1) for x in logits)
mixture = torch.clamp((clean + one + two) / 3.0, 1e-7, 1).log()
loss = sum(F.kl_div(mixture, p, reduction="batchmean") for p in (clean, one, two)) / 3.0
loss.backward()
cases["consistency"] = {"loss": numbers(loss.detach()), "input": numbers(logits.grad)}

with open("layers.json", "w") as file:
    file.write("{\n" + ",\n".join(
        f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items()) + "\n}\n")
