"""Writes transform.json: StandardScaler and PCA of scikit-learn.

Fitted to table(count, width, 4, 1), of which feature 3 is multiplied by 20 and feature 5 is constant 0.1; evaluated on
table(3, width, 4, 2) with the same changes. Run in this folder: python transform.py
"""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tables import numbers, table, write


def rows(count, width, salt):
    rows = table(count, width, 4, salt)[0]
    rows[:, 3] *= np.float32(20)
    rows[:, 5] = np.float32(0.1)
    return rows.astype(np.float64)


cases = {}
for count, width in [(60, 8), (12, 40)]:
    for name, steps in {
        "standardised": [StandardScaler()],
        "components": [PCA(4, svd_solver="full")],
        "both": [StandardScaler(), PCA(4, svd_solver="full")],
    }.items():
        model = make_pipeline(*steps).fit(rows(count, width, 1))
        cases[f"{name} {count} x {width}"] = numbers(model.transform(rows(3, width, 2)))
write("transform.json", cases)
