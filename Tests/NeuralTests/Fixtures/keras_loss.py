"""Writes keras_loss.json: Keras's categorical cross-entropy with label smoothing and class weights.

`fit` multiplies the loss of each sample by the weight of its class and divides the sum by the number
of samples. Run in this folder: KERAS_BACKEND=torch python keras_loss.py
"""

import json

import keras
import numpy as np
from formula import formula, numbers

logits = (6 * formula(15, 1)).reshape(3, 5)
labels = [2, 0, 4]
weights = {0: 0.5, 1: 1.0, 2: 2.0, 3: 1.5, 4: 0.25}
model = keras.Sequential([keras.Input((5,)), keras.layers.Activation("linear")])
loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
model.compile(loss=loss, optimizer="sgd")
targets = np.eye(5, dtype=np.float32)[labels]
history = model.fit(
    logits, targets, class_weight=weights, batch_size=3, epochs=1, shuffle=False, verbose=0)
with open("keras_loss.json", "w") as file:
    case = {
        "labels": labels, "weights": [weights[k] for k in sorted(weights)],
        "loss": numbers(history.history["loss"])}
    file.write(json.dumps(case) + "\n")
