"""Writes grad_cam.json: Grad-CAM of class 1 at the ReLU of each block of `cnn`, by PyTorch.

Image and weights are those of cnn.py. Run in this folder: python grad_cam.py
"""

import json

import torch
import torch.nn.functional as F
from cnn import CNN, SIZE, weights
from formula import formula, numbers

torch.set_num_threads(1)
model = CNN()
weights(model)
model.eval()
image = torch.from_numpy(formula(SIZE * SIZE * 3, 1)).reshape(1, SIZE, SIZE, 3) + 0.5

maps = {}
for name in ["features.2", "features.5", "features.9", "features.13"]:
    kept = []

    def keep(module, inputs, output, kept=kept):
        output.retain_grad()
        kept.append(output)

    hook = model.get_submodule(name).register_forward_hook(keep)
    model(image.permute(0, 3, 1, 2))[0, 1].backward()
    hook.remove()
    importance = kept[0].grad.mean(dim=(2, 3), keepdim=True)
    maps[name] = numbers(F.relu((importance * kept[0]).sum(1)).detach())

with open("grad_cam.json", "w") as file:
    file.write("{\n" + ",\n".join(f'"{n}": {json.dumps(m)}' for n, m in maps.items()) + "\n}\n")
