"""Reference numbers of ClassificationReport and ROC, by scikit-learn.

python classification.py > classification.json
"""

import json
import warnings

import numpy as np
import sklearn
from sklearn import metrics

warnings.filterwarnings("ignore")
random = np.random.default_rng(11)


def case(name, classes, truths, probabilities):
    truths = np.asarray(truths)
    p = np.asarray(probabilities, dtype=np.float32)
    labels = list(range(len(classes)))
    predicted = p.argmax(axis=1)
    confusion = metrics.confusion_matrix(truths, predicted, labels=labels)
    precision, sensitivity, f1, support = metrics.precision_recall_fscore_support(
        truths, predicted, labels=labels, zero_division=0)
    specificity, auc = [], []
    for label in labels:
        specificity.append(metrics.recall_score(truths != label, predicted != label, zero_division=0))
        both = 0 < (truths == label).sum() < len(truths)
        auc.append(metrics.roc_auc_score(truths == label, p[:, label]) if both else None)
    eps = np.finfo(np.float32).eps
    # Not normalised again after clipping, which log_loss does for rows that do not sum to 1.
    clipped = np.clip(p.astype(np.float64), eps, 1 - eps)
    loss = -np.log(clipped[np.arange(len(truths)), truths]).mean()
    if not (p == 0).any():
        check = metrics.log_loss(truths, clipped, labels=labels)
        assert abs(loss - check) < 1e-6, (loss, check)
    defined = [a for a in auc if a is not None]
    return {
        "name": name, "classes": classes, "truths": truths.tolist(),
        "probabilities": [[float(v) for v in row] for row in p],
        "confusion": confusion.tolist(), "support": support.tolist(),
        "precision": precision.tolist(), "sensitivity": sensitivity.tolist(),
        "specificity": specificity, "f1": f1.tolist(), "auc": auc, "loss": float(loss),
        "accuracy": metrics.accuracy_score(truths, predicted),
        "macroF1": metrics.f1_score(truths, predicted, labels=labels, average="macro", zero_division=0),
        "weightedF1": metrics.f1_score(
            truths, predicted, labels=labels, average="weighted", zero_division=0),
        "macroAUC": float(np.mean(defined)),
    }


def probabilities(truths, count, sharpness):
    raw = random.gamma(1.0, size=(len(truths), count))
    raw[np.arange(len(truths)), truths] += sharpness
    # Sixteenths: sums are exact, and ties are many.
    return np.floor(raw / raw.sum(axis=1, keepdims=True) * 16) / 16


five = ["ALL", "AML", "CLL", "CML", "Healthy"]
truths = random.choice(5, size=60, p=[0.5, 0.2, 0.1, 0.1, 0.1])
raw = probabilities(truths, 5, 1.0)
raw[:, 0] += 1 - raw.sum(axis=1)
cases = [case("five classes", five, truths, raw)]

truths = random.choice(4, size=40)  # no Healthy among them
raw = probabilities(truths, 5, 0.8)
raw[:, 1] += 1 - raw.sum(axis=1)
cases.append(case("a class without members", five, truths, raw))

truths = random.choice(2, size=30)
raw = np.round(np.clip(random.normal(0.5 + 0.2 * (truths - 0.5), 0.2), 0.05, 0.95), 1)
cases.append(case("two classes", ["ALL", "Healthy"], truths, np.stack([1 - raw, raw], axis=1)))

cases.append(case("one sample", ["ALL", "AML", "Healthy"], [0, 1], [[0.2, 0.5, 0.3], [0, 1, 0]]))
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}))
