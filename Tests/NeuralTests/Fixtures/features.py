"""Writes features.json: features of torchvision's MobileNetV2 with the head of the papers on two 64 x 64 images,
in double precision, and Grad-CAM and image gradients of the sum of features times formula(2).

Tensors are those of mobilenet_v2.py; images are formula(1), N x H x W x C. Values are kept at every 10th place,
the rest as Euclidean norms. Run in this folder: python features.py
"""

import json

import torch
import torch.nn as nn
import torch.nn.functional as F
from cnn import weights
from formula import formula, numbers
from torchvision.models import mobilenet_v2

SIZE, CLASSES, COUNT = 64, 4, 2

torch.set_num_threads(1)
model = mobilenet_v2(weights=None)
model.classifier = nn.Sequential(
    nn.Dropout(0.0), nn.Linear(1280, 128), nn.ReLU(), nn.Dropout(0.0), nn.Linear(128, CLASSES))
weights(model)
model.double().eval()


def last(x):
    return model.features(x).permute(0, 2, 3, 1).flatten(1)


def pooled(x):
    return F.adaptive_avg_pool2d(model.features(x), 1).flatten(1)


def dense(x):
    return model.classifier[:3](pooled(x))


def kept(values):
    return {"norm": numbers(values.norm())[0], "values": numbers(values.flatten()[::10])}


result = {}
for name, point in [("last-convolution", last), ("pooled", pooled), ("dense", dense)]:
    images = torch.from_numpy(formula(COUNT * SIZE * SIZE * 3, 1)).reshape(COUNT, SIZE, SIZE, 3)
    images = images.double().requires_grad_()
    maps = []
    hook = model.features.register_forward_hook(lambda m, i, out, maps=maps: maps.append(out))
    features = point(images.permute(0, 3, 1, 2))
    hook.remove()
    slope = torch.from_numpy(formula(features.numel(), 2)).reshape(features.shape).double()
    scalar = (features * slope).sum()
    inner, outer = torch.autograd.grad(scalar, [maps[0], images])
    importance = inner.mean(dim=(2, 3), keepdim=True)
    result[name] = {
        "features": kept(features.detach()),
        "gradCAM": numbers(F.relu((importance * maps[0]).sum(1))[0].detach()),
        "gradients": {"norm": numbers(outer.norm())[0], "values": numbers(outer.flatten()[::500])},
    }

with open("features.json", "w") as file:
    file.write("{\n" + ",\n".join(f'"{n}": {json.dumps(m)}' for n, m in result.items()) + "\n}\n")
