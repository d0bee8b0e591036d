"""Reference numbers of ClassificationReport and ROC, by scikit-learn and SciPy.

python classification.py > classification.json
"""

import json
import warnings

import numpy as np
import sklearn
from scipy.special import log_softmax, logsumexp, softmax
from sklearn import metrics

warnings.filterwarnings("ignore")
random = np.random.default_rng(11)


def case(name, classes, truths, logits):
    truths = np.asarray(truths)
    logits = np.asarray(logits, dtype=np.float32)
    wide = logits.astype(np.float64)
    labels = list(range(len(classes)))
    present = sorted(set(truths.tolist()))
    predicted = logits.argmax(axis=1)
    confusion = metrics.confusion_matrix(truths, predicted, labels=labels)
    precision, sensitivity, f1, support = metrics.precision_recall_fscore_support(
        truths, predicted, labels=labels, zero_division=0)
    specificity, auc, rounded = [], [], []
    probabilities = softmax(wide, axis=1).astype(np.float32)
    for label in labels:
        member = truths == label
        specificity.append(metrics.recall_score(~member, predicted != label, zero_division=0))
        # The log odds of the class, which are monotonic in its probability.
        margin = wide[:, label] - logsumexp(np.delete(wide, label, axis=1), axis=1)
        both = 0 < member.sum() < len(truths)
        auc.append(metrics.roc_auc_score(member, margin) if both else None)
        rounded.append(metrics.roc_auc_score(member, probabilities[:, label]) if both else None)

    def macro(names):
        return metrics.f1_score(truths, predicted, labels=names, average="macro", zero_division=0)

    return {
        "name": name, "classes": classes, "truths": truths.tolist(),
        "logits": [[float(v) for v in row] for row in logits],
        "confusion": confusion.tolist(), "support": support.tolist(),
        "precision": precision.tolist(), "sensitivity": sensitivity.tolist(),
        "specificity": specificity, "f1": f1.tolist(), "auc": auc,
        # From probabilities rounded to float32: what AUC must not be computed from.
        "roundedAUC": rounded, "certain": int((probabilities == 1).sum()),
        "loss": float(-log_softmax(wide, axis=1)[np.arange(len(truths)), truths].mean()),
        "accuracy": metrics.accuracy_score(truths, predicted),
        "macroF1": macro(labels), "macroF1Present": macro(present),
        "weightedF1": metrics.f1_score(
            truths, predicted, labels=labels, average="weighted", zero_division=0),
        "macroAUC": float(np.mean([a for a in auc if a is not None])),
    }


def logits(truths, count, sharpness, step):
    raw = random.normal(size=(len(truths), count))
    raw[np.arange(len(truths)), truths] += sharpness
    # Multiples of a step: ties of logits are many.
    return np.round(raw / step) * step


five = ["ALL", "AML", "CLL", "CML", "Healthy"]
truths = random.choice(5, size=60, p=[0.5, 0.2, 0.1, 0.1, 0.1])
cases = [case("five classes", five, truths, logits(truths, 5, 1.0, 0.5))]

truths = random.choice(4, size=40)  # no Healthy among them, but some are predicted
cases.append(case("a class without members", five, truths, logits(truths, 5, 0.8, 0.25)))

truths = random.choice(2, size=30)
cases.append(case("two classes", ["ALL", "Healthy"], truths, logits(truths, 2, 0.3, 0.5)))

cases.append(case("one sample each", ["ALL", "AML", "Healthy"], [0, 1], [[-1, 2, 1], [0, 9, 0]]))

# A confident network: most probabilities are 1 in float32, and their order is lost.
truths = random.choice(3, size=50)
sure = 30 * logits(truths, 3, 1.0, 0.0625)
cases.append(case("probabilities of 1", ["CLL", "FL", "MCL"], truths, sure))
truths = random.choice(2, size=40)
sure = 40 + 20 * logits(truths, 2, 1.0, 0.0625)
cases.append(case("two classes with probabilities of 1", ["ALL", "Healthy"], truths, sure))

for reference in cases[-2:]:
    difference = np.abs(np.subtract(reference["auc"], reference["roundedAUC"]))
    assert reference["certain"] > 10 and difference.max() > 1e-3
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}))
