"""Reference numbers of PooledMetrics, by scikit-learn: folds whose scores are not on one scale.

python pooled.py > pooled.json
"""

import json

import numpy as np
import sklearn
from scipy.special import log_softmax, logsumexp
from sklearn import metrics

random = np.random.default_rng(23)
classes = ["ALL", "AML", "Healthy"]


def areas(truths, logits):
    found = []
    for label in range(len(classes)):
        margin = logits[:, label] - logsumexp(np.delete(logits, label, axis=1), axis=1)
        found.append(metrics.roc_auc_score(truths == label, margin))
    return found


folds = []
for scale, shift in [(1.0, 0.0), (6.0, 1.5), (0.25, -1.0)]:
    truths = np.concatenate([np.arange(3), random.choice(3, size=17, p=[0.5, 0.3, 0.2])])
    raw = random.normal(size=(len(truths), 3))
    raw[np.arange(len(truths)), truths] += 1.2
    raw[:, 0] += shift
    # Quarters of a float32, so that the text is exact and ties are possible.
    folds.append((truths, np.round(scale * raw * 4) / 4))

truths = np.concatenate([fold[0] for fold in folds])
logits = np.concatenate([fold[1] for fold in folds])
predicted = logits.argmax(axis=1)
print(json.dumps({
    "scikit-learn": sklearn.__version__, "classes": classes,
    "folds": [{"truths": t.tolist(), "logits": x.tolist()} for t, x in folds],
    "meanAUC": float(np.mean([np.mean(areas(*fold)) for fold in folds])),
    "pooledAUC": float(np.mean(areas(truths, logits))),
    "auc": areas(truths, logits),
    "accuracy": metrics.accuracy_score(truths, predicted),
    "macroF1": metrics.f1_score(truths, predicted, average="macro"),
    "weightedF1": metrics.f1_score(truths, predicted, average="weighted"),
    "loss": float(-log_softmax(logits, axis=1)[np.arange(len(truths)), truths].mean()),
}))
