"""Reference numbers for the statistics of inspect-data: NumPy, SciPy and scikit-learn.

Run in this folder: python inspection.py > inspection.json
"""

import json

import numpy as np
from scipy.stats import chi2_contingency, median_abs_deviation
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import balanced_accuracy_score

random = np.random.default_rng(7)



def table(left, right):
    rows, columns = sorted(set(left)), sorted(set(right))
    counts = np.zeros((len(rows), len(columns)))
    for one, other in zip(left, right):
        counts[rows.index(one), columns.index(other)] += 1
    chi = chi2_contingency(counts, correction=False)
    n, (r, c) = counts.sum(), counts.shape
    # Bergsma 2013, equations 7 to 9.
    phi = max(0, chi.statistic / n - (r - 1) * (c - 1) / (n - 1))
    r, c = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    return {
        "left": left, "right": right, "chiSquare": float(chi.statistic),
        "freedom": int(chi.dof), "association": float(np.sqrt(phi / min(r - 1, c - 1))),
    }


class Ridge:
    """The covariance of a class plus a multiple of the identity."""

    def fit(self, rows):
        self.covariance_ = np.cov(rows.T) + ridge * np.eye(rows.shape[1])
        return self


tables = []
for count, strength in [(60, 0.0), (90, 0.5), (40, 0.9)]:
    left = random.choice(list("abc"), count)
    right = np.where(random.random(count) < strength, left, random.choice(list("abcd"), count))
    tables.append(table(left.tolist(), right.tolist()))

scales = []
for count in (9, 12):
    values = np.round(random.normal(size=count) ** 3, 6)
    scales.append({
        "values": values.tolist(), "median": float(np.median(values)),
        "deviation": float(median_abs_deviation(values, scale="normal")),
    })

rows = np.column_stack([np.ones(20), np.round(random.normal(size=(20, 3)), 6)])
targets = np.round(random.normal(size=20) + rows @ [1, 2, -1, 0.5], 6)
residuals = targets - rows @ np.linalg.lstsq(rows, targets, rcond=None)[0]

labels = np.repeat([0, 1, 2], 40)
features = np.round(random.normal(size=(120, 4)) + labels[:, None] * [0.8, -0.4, 0, 0.3], 6)
scaled = (features - features.mean(0)) / features.std(0)
folds = np.arange(120) % 5
predicted = np.zeros(120, dtype=int)
for fold in range(5):
    train = folds != fold
    ridge = max(0.01, 4 / train.sum())
    model = LinearDiscriminantAnalysis(
        solver="lsqr", covariance_estimator=Ridge(), priors=[1 / 3] * 3)
    predicted[~train] = model.fit(scaled[train], labels[train]).predict(scaled[~train])

print(json.dumps({
    "tables": tables, "scales": scales,
    "regression": {
        "rows": rows.tolist(), "targets": targets.tolist(), "residuals": residuals.tolist()},
    "probe": {
        "features": features.tolist(), "labels": labels.tolist(), "folds": folds.tolist(),
        "predicted": predicted.tolist(),
        "balancedAccuracy": float(balanced_accuracy_score(labels, predicted))},
}, separators=(",", ":")))
