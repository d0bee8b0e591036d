"""Writes grad_cam_branches.json: Grad-CAM of one class at layers in branches, by pytorch-grad-cam (on PyPI: grad-cam).

Networks, weights and images are those of backbones.py at 75 pixels, the first image only, in double precision. The
maps are neither scaled nor enlarged; the class is the first for which none of them is zero everywhere. A layer
counts with the batch norm and ReLU that directly follow it, as in Assay; so the target of the package is the last
of these. Run in this folder: python grad_cam_branches.py
"""

import json
import warnings

import numpy as np
import torch
import torch.nn as nn
from backbones import CLASSES, densenet121, googlenet, images, inception_v3, rounded, steady, weights
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

SIZE = 75
# The name in Assay, and the module whose output it is.
LAYERS = {
    googlenet: {
        "inception5b": "inception5b", "inception5b.branch2": "inception5b.branch2",
        "inception4c.branch3.1": "inception4c.branch3.1",
    },
    inception_v3: {"Mixed_7c": "Mixed_7c", "Mixed_7c.branch3x3_2a": "Mixed_7c.branch3x3_2a",
                   "Mixed_6e.branch7x7_3": "Mixed_6e.branch7x7_3"},
    densenet121: {
        "features.denseblock4": "final", "features.norm5": "final",
        "features.denseblock4.denselayer16.conv1": "features.denseblock4.denselayer16.relu2",
        "features.denseblock3": "features.transition3.relu",
    },
}


class Named(nn.Module):
    """DenseNet with a name for its last ReLU, which torchvision calls as a function."""

    def __init__(self, inner):
        super().__init__()
        self.features, self.classifier, self.final = inner.features, inner.classifier, nn.ReLU()

    def forward(self, x):
        return self.classifier(self.final(self.features(x)).mean(dim=(2, 3)))


class Unscaled(GradCAM):
    """Keeps the map before it is enlarged and scaled."""

    def get_cam_image(self, *given):
        self.kept = np.maximum(super().get_cam_image(*given), 0)
        return self.kept


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    result = {}
    for make, layers in LAYERS.items():
        model, _ = make()
        model.eval()
        weights(model)
        model.double()
        salt = steady(model, SIZE)
        x = images(SIZE, salt).double()[:1]
        if make is densenet121:
            model = Named(model).eval()
        for module in model.modules():
            if isinstance(module, nn.ReLU):
                module.inplace = False
        for label in range(CLASSES):
            maps = {}
            for name, module in layers.items():
                cam = Unscaled(model, [model.get_submodule(module)])
                cam(input_tensor=x, targets=[ClassifierOutputTarget(label)])
                maps[name] = rounded(cam.kept[0])
                cam.activations_and_grads.release()
            if all(any(m) for m in maps.values()):
                break
        result[make.__name__] = {"salt": salt, "label": label, "maps": maps}
        print(make.__name__, salt, label, maps, flush=True)
    with open("grad_cam_branches.json", "w") as file:
        json.dump(result, file, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main()
