"""Makes schedules.json: learning rates and a clipped gradient as PyTorch has them."""

import json
import warnings

import torch
from torch.optim import lr_scheduler

warnings.simplefilter("ignore")


def rates(make, epochs):
    optimiser = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], lr=1e-3)
    schedule = make(optimiser)
    out = []
    for _ in range(epochs):
        out.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return out


def warm(then, epochs):
    def make(optimiser):
        first = lr_scheduler.LinearLR(optimiser, start_factor=1 / (epochs + 1), total_iters=epochs)
        return lr_scheduler.SequentialLR(optimiser, [first, then(optimiser)], [epochs])
    return make


gradient = torch.tensor([0.5, -2.0, 1.25, 3.0, -0.125])
clipped = {}
for limit in (1.0, 10.0):
    parameter = torch.nn.Parameter(torch.zeros(5))
    parameter.grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_([parameter], limit)
    clipped[str(limit)] = {"norm": float(norm), "gradient": parameter.grad.tolist()}
json.dump({
    "cosine": rates(lambda o: lr_scheduler.CosineAnnealingLR(o, 12), 12),
    "step": rates(lambda o: lr_scheduler.StepLR(o, 4, 0.3), 12),
    "constant": rates(lambda o: lr_scheduler.ConstantLR(o, 1), 12),
    "warmCosine": rates(warm(lambda o: lr_scheduler.CosineAnnealingLR(o, 9), 3), 12),
    "gradient": gradient.tolist(), "clipped": clipped,
}, open("schedules.json", "w"))
