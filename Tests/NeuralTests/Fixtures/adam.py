"""Writes adam.json: parameters after five steps of torch.optim.Adam and torch.optim.AdamW.

A kernel of 3 x 2 x 2 x 2, a batch norm's weight and bias of 3, a kernel of 4 x 3 and a bias of 4: parameters are
formula(1) in this order, the gradient of step n is formula(10 + n). Run in this folder: python adam.py
"""

import json

import torch
from formula import formula, numbers

SHAPES = [(3, 2, 2, 2), (3,), (3,), (4, 3), (4,)]
SIZES = [torch.Size(shape).numel() for shape in SHAPES]


def steps(optimiser, all):
    flat = torch.from_numpy(formula(sum(SIZES), 1))
    parameters = [
        torch.nn.Parameter(p.reshape(s).clone()) for p, s in zip(flat.split(SIZES), SHAPES)]
    kernels = [p for p in parameters if all or p.dim() > 1]
    others = [p for p in parameters if not all and p.dim() == 1]
    adam = optimiser(
        [{"params": kernels, "weight_decay": 0.1}, {"params": others, "weight_decay": 0}], lr=0.01)
    for step in range(5):
        gradient = torch.from_numpy(formula(sum(SIZES), 10 + step))
        for p, g in zip(parameters, gradient.split(SIZES)):
            p.grad = g.reshape(p.shape).clone()
        adam.step()
    return [v for p in parameters for v in numbers(p.detach())]


cases = {
    f"{form} {'all' if all else 'kernels'}": steps(optimiser, all)
    for form, optimiser in [("coupled", torch.optim.Adam), ("decoupled", torch.optim.AdamW)]
    for all in [False, True]}
with open("adam.json", "w") as file:
    file.write("{\n" + ",\n".join(
        f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items()) + "\n}\n")
