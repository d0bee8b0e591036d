"""Reference numbers of Grad-CAM++, Score-CAM, SmoothGrad and Kernel SHAP, by their packages.

The network is `cnn` of NeuralTests on 16 x 16 images in four classes, as in attribution.py. Grad-CAM++ and
Score-CAM are those of pytorch-grad-cam (on PyPI: grad-cam); Score-CAM enlarges as `interpolate` without aligned
corners, as its authors do, and its masked images are rounded to 8 bits. Grad-CAM++ is also given without the
package's 1e-6, as in the paper. SmoothGrad is captum's with noise made by formula. Kernel SHAP is that of shap.
python methods.py > methods.json
"""

import json
import pathlib
import sys
from importlib.metadata import version

import numpy as np
import shap
import torch
from captum.attr import NoiseTunnel, Saliency
from pytorch_grad_cam import GradCAMPlusPlus, ScoreCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

sys.path.append(str(pathlib.Path(__file__).parents[3] / "NeuralTests" / "Fixtures"))
from attribution import LABEL, tensor  # noqa: E402
from cnn import CNN, SIZE, weights  # noqa: E402
from formula import formula, numbers  # noqa: E402

COPIES, NOISE = 5, 0.2


class Rounded(torch.nn.Module):
    """The network on pixels of 0...255, which it rounds first."""

    def __init__(self, inner):
        super().__init__()
        self.inner, self.features = inner, inner.features

    def forward(self, x):
        return self.inner((torch.round(x) / 255 - 0.5) / 0.25)


class Spied(ScoreCAM):
    def get_cam_weights(self, *given):
        self.kept = super().get_cam_weights(*given)
        return self.kept


class SpiedPlusPlus(GradCAMPlusPlus):
    def get_cam_weights(self, *given):
        self.kept, self.activations, self.gradients = super().get_cam_weights(*given), given[3], given[4]
        return self.kept


def score_cam(model, image):
    torch.nn.UpsamplingBilinear2d = lambda size: torch.nn.Upsample(
        size=size, mode="bilinear", align_corners=False)
    x = torch.from_numpy(image.astype(np.float32))[None].permute(0, 3, 1, 2)
    found = {}
    for layer in (2, 9):
        cam = Spied(Rounded(model), [model.features[layer]])
        cam(input_tensor=x, targets=[ClassifierOutputTarget(LABEL)])
        found[f"features.{layer - 2}"] = numbers(cam.kept)
    return found


def plus_plus(model, image):
    cam = SpiedPlusPlus(model, [model.features[-1]])
    cam(input_tensor=tensor(image[None]), targets=[ClassifierOutputTarget(LABEL)])
    a, g = cam.activations[0].astype(np.float64), cam.gradients[0].astype(np.float64)
    # Equation 19 where the gradient is positive, which is all that counts.
    denominator = 2 * g**2 + a.sum(axis=(1, 2))[:, None, None] * g**3
    alpha = np.divide(g**2, denominator, out=np.ones_like(g), where=denominator != 0)
    plain = (np.maximum(g, 0) * np.where(g > 0, alpha, 0)).sum(axis=(1, 2))
    return {"package": numbers(cam.kept[0]), "paper": numbers(plain)}


def smooth_grad(model, image):
    x = tensor(image[None])
    noise = torch.from_numpy(formula(COPIES * x.numel(), 77)).reshape(COPIES, SIZE, SIZE, 3)
    noise = noise.permute(0, 3, 1, 2)
    torch.normal = lambda mean, deviation: noise * deviation
    tunnel = NoiseTunnel(Saliency(model))
    deviation = NOISE * float(x.max() - x.min())
    found = {}
    for name, kind in (("mean", "smoothgrad"), ("square", "smoothgrad_sq")):
        value = tunnel.attribute(
            x, nt_type=kind, nt_samples=COPIES, stdevs=deviation, target=LABEL, abs=False)
        found[name] = numbers(value[0].permute(1, 2, 0).detach())
    return found


def game(z):
    """A game with interactions; players that are shown are 1."""
    z = np.atleast_2d(z)
    players = np.arange(1, z.shape[1] + 1)
    return (z * np.sin(players)).sum(1) + 1.5 * z[:, 0] * z[:, 2] - 2 * z[:, 1] * z[:, 3] * z[:, 4] + np.exp(
        0.1 * z[:, -1] * z.sum(1))


def kernel_shap(count, samples):
    np.random.seed(5)
    explainer = shap.KernelExplainer(game, np.zeros((1, count)))
    values = explainer.shap_values(np.ones((1, count)), nsamples=samples, l1_reg=0, silent=True)
    used = explainer.nsamplesAdded
    return {
        "samples": samples, "values": values[0].tolist(), "masks": explainer.maskMatrix[:used].astype(int).tolist(),
        "weights": explainer.kernelWeights[:used].tolist(),
    }


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = CNN()
    weights(model)
    model.eval()
    image = np.floor((formula(SIZE * SIZE * 3, 1).astype(np.float64) + 0.5) * 256)
    image = image.astype(np.uint8).reshape(SIZE, SIZE, 3)
    names = ["torch", "grad-cam", "captum", "shap", "numpy"]
    json.dump({
        "versions": {name: version(name).split("+")[0] for name in names},
        "label": LABEL, "plusPlus": plus_plus(model, image), "scoreCAM": score_cam(model, image),
        "copies": COPIES, "noise": NOISE, "smoothGrad": smooth_grad(model, image),
        "allCoalitions": kernel_shap(6, 2000), "someCoalitions": kernel_shap(10, 60),
    }, sys.stdout)


if __name__ == "__main__":
    main()
