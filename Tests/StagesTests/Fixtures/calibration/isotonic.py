"""Reference probabilities of one-vs-rest isotonic calibration, and a calibration error.

Run in a virtual environment with numpy, scikit-learn, scipy and netcal:
    python Tests/StagesTests/Fixtures/calibration/isotonic.py
It writes isotonic.json beside itself.
"""

import json
import pathlib

import netcal
import numpy as np
import sklearn
from netcal.metrics import ECE
from scipy.special import log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

CLASSES = 3
BINS = 15


class Given(ClassifierMixin, BaseEstimator):
    """A classifier whose probabilities are the softmax of its inputs."""

    def fit(self, inputs, labels):
        self.classes_ = np.arange(CLASSES)
        return self

    def predict_proba(self, inputs):
        return softmax(inputs, axis=1)

    def predict(self, inputs):
        return inputs.argmax(axis=1)


def main():
    generator = np.random.default_rng(3)
    logits = generator.normal(0, 1.5, (90, CLASSES))
    labels = np.array([generator.choice(CLASSES, p=row) for row in softmax(logits, axis=1)])
    # Numbers that single precision holds exactly.
    logits = np.round(2 * logits * 64) / 64
    new = np.round(generator.normal(0, 4, (20, CLASSES)) * 64) / 64
    model = Given().fit(logits, labels)
    calibrated = CalibratedClassifierCV(FrozenEstimator(model), method="isotonic", ensemble=False)
    calibrated.fit(logits, labels)
    shares = softmax(logits, axis=1)
    numbers = {
        "made by": f"numpy {np.__version__}, scikit-learn {sklearn.__version__}, netcal "
                   f"{netcal.__version__}",
        "logits": logits.tolist(), "labels": labels.tolist(), "new": new.tolist(),
        "found": calibrated.predict_proba(new).tolist(), "bins": BINS,
        "error": float(ECE(BINS).measure(shares, labels)),
        "nll": float(-log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()),
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(numbers) + "\n")


if __name__ == "__main__":
    main()
