"""Writes vgg16.json, vgg19.json, googlenet.json, resnet50.json, densenet121.json, inception_v3.json,
xception.json and cnn_lstm.json: the reference networks on two images of 75 and of 96 pixels, in double precision.

Every tensor is made by formula, see `weights`; so are images, N x H x W x C, see `steady`. The loss is the sum
of logits times formula(2). Batch norms keep their stored statistics. What is too large to be kept is kept as
`fingerprint`. Run in this folder: python backbones.py [NAME ...]
"""

import copy
import json
import sys
import warnings

import numpy as np
import timm
import torch
import torch.nn as nn
import torchvision.models as models
from cnn import CNN
from formula import formula

SIZES, CLASSES, COUNT = (75, 96), 4, 2


def vgg(model):
    """The head of the papers, as the reference's has 120 million parameters."""
    model.avgpool = nn.AdaptiveAvgPool2d(1)
    model.classifier = head(512)
    ends = [i + 1 for i, layer in enumerate(model.features) if isinstance(layer, nn.MaxPool2d)]
    return model, [model.features[a:b] for a, b in zip([0, *ends], ends)]


def head(features):
    return nn.Sequential(
        nn.Dropout(0.0), nn.Linear(features, 128), nn.ReLU(), nn.Dropout(0.0),
        nn.Linear(128, CLASSES))


def vgg16():
    return vgg(models.vgg16(weights=None, init_weights=False))


def vgg19():
    return vgg(models.vgg19(weights=None, init_weights=False))


def googlenet():
    m = models.googlenet(
        weights=None, num_classes=CLASSES, aux_logits=False, transform_input=False,
        init_weights=False, dropout=0.0)
    check_input(m)
    return m, [
        nn.Sequential(m.conv1, m.maxpool1), m.conv2, nn.Sequential(m.conv3, m.maxpool2),
        m.inception3a, nn.Sequential(m.inception3b, m.maxpool3), m.inception4a, m.inception4b,
        m.inception4c, m.inception4d, nn.Sequential(m.inception4e, m.maxpool4), m.inception5a,
        m.inception5b]


def check_input(model):
    """Public weights expect images normalised as for ImageNet and then transformed: (v - 0.5) / 0.5."""
    pixels = torch.rand(2, 3, 32, 32, dtype=torch.double, generator=torch.manual_seed(1))
    mean, deviation = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]).double()
    model = copy.deepcopy(model).double().eval()
    plain = model((pixels - 0.5) / 0.5)
    model.transform_input = True
    transformed = model((pixels - mean.view(3, 1, 1)) / deviation.view(3, 1, 1))
    assert (plain - transformed).abs().max() < 1e-6 * plain.abs().max()


def resnet50():
    m = models.resnet50(weights=None, num_classes=CLASSES)
    return m, [
        nn.Sequential(m.conv1, m.bn1, m.relu, m.maxpool), *m.layer1, *m.layer2, *m.layer3, *m.layer4]


def densenet121():
    m = models.densenet121(weights=None, num_classes=CLASSES)
    f = m.features
    return m, [
        nn.Sequential(f.conv0, f.norm0, f.relu0, f.pool0), f.denseblock1, f.transition1, f.denseblock2,
        f.transition2, f.denseblock3, f.transition3, nn.Sequential(f.denseblock4, f.norm5, nn.ReLU())]


def inception_v3():
    m = models.inception_v3(
        weights=None, num_classes=CLASSES, aux_logits=False, transform_input=False, init_weights=False)
    return m, [
        m.Conv2d_1a_3x3, m.Conv2d_2a_3x3, nn.Sequential(m.Conv2d_2b_3x3, m.maxpool1), m.Conv2d_3b_1x1,
        nn.Sequential(m.Conv2d_4a_3x3, m.maxpool2), m.Mixed_5b, m.Mixed_5c, m.Mixed_5d, m.Mixed_6a,
        m.Mixed_6b, m.Mixed_6c, m.Mixed_6d, m.Mixed_6e, m.Mixed_7a, m.Mixed_7b, m.Mixed_7c]


def xception():
    m = timm.create_model("legacy_xception", num_classes=CLASSES)
    return m, [
        nn.Sequential(m.conv1, m.bn1, m.act1), nn.Sequential(m.conv2, m.bn2, m.act2),
        *[getattr(m, f"block{i}") for i in range(1, 13)],
        nn.Sequential(m.conv3, m.bn3, m.act3), nn.Sequential(m.conv4, m.bn4, m.act4)]


class CNNLSTM(nn.Module):
    """The network `cnn-lstm` for images of 75 pixels: rows of the last map are steps of W x C values."""

    def __init__(self):
        super().__init__()
        self.features = CNN().features
        self.lstm = nn.LSTM(9 * 128, 128, batch_first=True)
        self.classifier = head(128)

    def forward(self, x):
        rows = self.features(x).permute(0, 2, 3, 1).flatten(2)
        return self.classifier(self.lstm(rows)[1][0][-1])


def cnn_lstm():
    m = CNNLSTM()
    return m, [m.features[:3], m.features[3:7], m.features[7:11], m.features[11:]]


BACKBONES = [vgg16, vgg19, googlenet, resnet50, densenet121, inception_v3, xception, cnn_lstm]


def weights(model):
    """Kernels: uniform with He's variance. Batch norm: about the identity. Biases: small."""
    state = model.state_dict()
    names = [name for name in state if not name.endswith("num_batches_tracked")]
    for salt, name in enumerate(names):
        values = torch.from_numpy(formula(state[name].numel(), 10 + salt)).reshape(state[name].shape)
        if values.dim() > 1:
            values = values * (24.0 / values[0].numel()) ** 0.5
        elif name.endswith("running_var") or name.endswith("weight"):
            values = 1 + 0.5 * values
        else:
            values = 0.2 * values
        state[name] = values
    model.load_state_dict(state)
    return [f"{name} {'x'.join(map(str, state[name].shape))}" for name in names]


def rounded(values):
    """Seven significant digits."""
    return [float(f"{x:.7g}") for x in np.asarray(values, dtype=np.float64).reshape(-1)]


def fingerprint(tensor):
    """The Euclidean norm and the products with two random vectors; images as N x H x W x C."""
    flat = tensor.detach().numpy().reshape(-1)
    return rounded(
        [np.linalg.norm(flat)] + [flat @ formula(flat.size, salt).astype(np.float64) for salt in (3, 4)])


def images_last(tensor):
    return tensor.permute(0, 2, 3, 1)


def images(size, salt):
    values = torch.from_numpy(formula(COUNT * size * size * 3, salt)).reshape(COUNT, size, size, 3)
    return values.permute(0, 3, 1, 2)


def gradients(model, x):
    """The logits, and fingerprints of the gradients of all parameters and of the images."""
    x = x.clone().requires_grad_()
    logits = model(x)
    slope = torch.from_numpy(formula(COUNT * CLASSES, 2)).reshape(COUNT, CLASSES).to(x.dtype)
    model.zero_grad()
    (logits * slope).sum().backward()
    found = {n: fingerprint(p.grad) for n, p in model.named_parameters()}
    return logits.detach(), found | {"images": fingerprint(images_last(x.grad))}


def steady(model, size):
    """The salt of images for which no ReLU and no maximum is so near its bend that rounding moves it.

    One unit that does not know on which side it is moves gradients by up to some per cent, in PyTorch's
    own single precision too. So the gradients must hold in single precision, and under changes of every
    weight by some roundings of single precision.
    """
    torch.manual_seed(size)
    single = copy.deepcopy(model).float()
    changed = [copy.deepcopy(model) for _ in range(3)]
    for other in changed:
        for p in other.parameters():
            p.data *= 1 + 3e-7 * torch.randn_like(p)
    for salt in range(1001, 1200):
        x = images(size, salt)
        _, wanted = gradients(model, x.double())
        if all(
            np.abs(np.subtract(found[n], wanted[n])).max() < 5e-5 * wanted[n][0]
            for other in [single, *changed]
            for found in [gradients(other, x.to(next(other.parameters()).dtype))[1]]
            for n in wanted
        ):
            return salt
    raise ValueError("no steady images")


def measured(model, blocks, size):
    salt = steady(model, size)
    x, found = images(size, salt).double(), []
    logits, slopes = gradients(model, x)
    for block in blocks:
        x = block(x).detach()
        found.append(fingerprint(images_last(x)))
    return {
        "size": size, "salt": salt, "logits": rounded(logits), "blocks": found,
        "input": slopes.pop("images"), "gradients": slopes,
    }


def edges(blocks):
    """The edge of what comes out of the last block, by the edge of the image."""
    body = nn.Sequential(*blocks).to("meta")
    sizes = [torch.empty(1, 3, s, s, dtype=torch.double, device="meta") for s in range(75, 140)]
    return [body(x).shape[2] for x in sizes]


def lines(value):
    """JSON with a line a tensor, and one for any list of numbers."""
    if isinstance(value, dict):
        return "{\n" + ",\n".join(f"{json.dumps(k)}: {lines(v)}" for k, v in value.items()) + "\n}"
    if isinstance(value, list) and not isinstance(value[0], (int, float)):
        return "[\n" + ",\n".join(map(lines, value)) + "\n]"
    return json.dumps(value)


def main():
    warnings.simplefilter("ignore")
    for make in BACKBONES:
        if sys.argv[1:] and make.__name__ not in sys.argv[1:]:
            continue
        model, blocks = make()
        model.eval()
        result = {"tensors": weights(model)}
        model.double()
        # The LSTM's weights fit one size.
        sizes = SIZES[:1] if make is cnn_lstm else SIZES
        result["sizes"] = [measured(model, blocks, size) for size in sizes]
        result["edges"] = edges(blocks)
        print(make.__name__, [at["salt"] for at in result["sizes"]], flush=True)
        with open(f"{make.__name__}.json", "w") as file:
            file.write(lines(result) + "\n")


if __name__ == "__main__":
    main()
