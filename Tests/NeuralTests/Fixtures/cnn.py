"""Writes cnn.json: the network `cnn` in PyTorch on 16 x 16 images, and three steps of Adam.

Every tensor is made by formula, see `weights`; images are formula(1) + 0.5, N x H x W x C.
Run in this folder: python cnn.py
"""

import json

import torch
import torch.nn as nn
import torch.nn.functional as F
from formula import formula, numbers

SIZE, CLASSES, COUNT = 16, 4, 6


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for inputs, outputs, stride, pools in [
            (3, 16, 2, False), (16, 32, 1, True), (32, 64, 1, True), (64, 128, 1, False)]:
            layers += [
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs),
                nn.ReLU()]
            if pools:
                layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Dropout(0.0), nn.Linear(128, 128), nn.ReLU(), nn.Dropout(0.0),
            nn.Linear(128, CLASSES))

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), 1).flatten(1))


def weights(model):
    """Kernels: uniform with He's variance. Batch norm: about the identity. Biases: small."""
    state = model.state_dict()
    names = [name for name in state if not name.endswith("num_batches_tracked")]
    for salt, name in enumerate(names):
        values = torch.from_numpy(formula(state[name].numel(), 10 + salt)).reshape(state[name].shape)
        if values.dim() > 1:
            values = values * (24.0 / values[0].numel()) ** 0.5
        elif name.endswith("running_var") or (name.startswith("features") and name.endswith("weight")):
            values = 1 + 0.5 * values
        else:
            values = 0.2 * values
        state[name] = values
    model.load_state_dict(state)
    return names


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = CNN()
    names = weights(model)
    images = torch.from_numpy(formula(COUNT * SIZE * SIZE * 3, 1)).reshape(COUNT, SIZE, SIZE, 3) + 0.5
    images = images.permute(0, 3, 1, 2)
    targets = torch.softmax(8 * torch.from_numpy(formula(COUNT * CLASSES, 2)).reshape(COUNT, CLASSES), 1)

    result = {"names": names, "targets": numbers(targets)}
    model.eval()
    result["evaluation"] = numbers(model(images).detach())

    # Grad-CAM of class 1 on the first image, by hand.
    activations = model.features(images[:1])
    activations.retain_grad()
    logits = model.classifier(F.adaptive_avg_pool2d(activations, 1).flatten(1))
    logits[0, 1].backward()
    importance = activations.grad.mean(dim=(2, 3), keepdim=True)
    result["gradCAM"] = numbers(F.relu((importance * activations).sum(1)).detach())

    model.train()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-2)
    result["losses"] = []
    for step in range(3):
        optimiser.zero_grad()
        logits = model(images)
        loss = F.cross_entropy(logits, targets, label_smoothing=0.1)
        loss.backward()
        if step == 0:
            result["training"] = numbers(logits.detach())
            parameters = dict(model.named_parameters())
            result["gradientNorms"] = {n: numbers(p.grad.norm())[0] for n, p in parameters.items()}
            result["gradientHeads"] = {
                n: numbers(p.grad.flatten()[:4]) for n, p in parameters.items()}
        result["losses"] += numbers(loss.detach())
        optimiser.step()
    model.eval()
    result["afterSteps"] = numbers(model(images).detach())
    result["statistics"] = {
        n: numbers(t.flatten()[:4]) for n, t in model.state_dict().items() if "running" in n}

    # The learning rate that ReduceLROnPlateau leaves behind each of these losses.
    losses = [1.0, 0.9, 0.89999, 0.9, 0.91, 0.8, 0.85, 0.85, 0.84, 0.83, 0.82, 0.81, 0.7]
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.1, patience=2)
    result["plateauLosses"], result["plateauRates"] = losses, []
    for value in losses:
        schedule.step(value)
        result["plateauRates"].append(optimiser.param_groups[0]["lr"])

    with open("cnn.json", "w") as file:
        file.write("{\n" + ",\n".join(
            f"{json.dumps(name)}: {json.dumps(value)}" for name, value in result.items()) + "\n}\n")


if __name__ == "__main__":
    main()
