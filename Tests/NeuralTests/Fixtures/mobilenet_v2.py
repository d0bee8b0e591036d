"""Writes mobilenet_v2.json: torchvision's MobileNetV2 with the head of the papers on 64 x 64 images, in
double precision.

Every tensor is made by formula as in cnn.py; images are formula(1), N x H x W x C.
Run in this folder: python mobilenet_v2.py
"""

import json

import torch
import torch.nn as nn
import torch.nn.functional as F
from cnn import weights
from formula import formula, numbers
from torchvision.models import mobilenet_v2

SIZE, CLASSES, COUNT = 64, 4, 3

model = mobilenet_v2(weights=None)
model.classifier = nn.Sequential(
    nn.Dropout(0.0), nn.Linear(1280, 128), nn.ReLU(), nn.Dropout(0.0), nn.Linear(128, CLASSES))
names = weights(model)
model.double()
images = torch.from_numpy(formula(COUNT * SIZE * SIZE * 3, 1)).reshape(COUNT, SIZE, SIZE, 3)
images = images.permute(0, 3, 1, 2).double()
targets = torch.softmax(
    8 * torch.from_numpy(formula(COUNT * CLASSES, 2)).reshape(COUNT, CLASSES), 1).double()
result = {"names": names, "targets": numbers(targets)}


def gradients():
    model.zero_grad()
    logits = model(images)
    F.cross_entropy(logits, targets, label_smoothing=0.1).backward()
    return {
        "logits": numbers(logits.detach()),
        "norms": {n: numbers(p.grad.norm())[0] for n, p in model.named_parameters()},
        "heads": {n: numbers(p.grad.flatten()[:4]) for n, p in model.named_parameters()},
    }


model.eval()
result["stored"] = gradients()

inputs = images.clone().requires_grad_()
activations = model.features(inputs)
activations.retain_grad()
logits = model.classifier(F.adaptive_avg_pool2d(activations, 1).flatten(1))
logits[:, 1].sum().backward()
importance = activations.grad.mean(dim=(2, 3), keepdim=True)
result["gradCAM"] = numbers(F.relu((importance * activations).sum(1))[0].detach())
result["inputGradientNorm"] = numbers(inputs.grad[0].norm())[0]
result["inputGradientHead"] = numbers(inputs.grad[0].permute(1, 2, 0).flatten()[:8])

model.train()
result["batch"] = gradients()

with open("mobilenet_v2.json", "w") as file:
    json.dump(result, file, indent=0)
    file.write("\n")
