"""Writes svm.json: decision values of sklearn.svm.SVC, sigmoids, and coupled probabilities.

SVC is fitted to table(80, 8, classes, 1) and evaluated on table(12, 8, classes, 2). Sigmoids are fitted to
formula(40, 7) + 0.2 for the first 20 values, which are of the first class, by minimising the loss of Platt's method.
Probabilities of four classes come from pairs at 0.5 + 0.9 formula(6, 8). Run in this folder: python svm.py
"""

import numpy as np
from scipy.optimize import minimize
from sklearn.svm import SVC
from tables import formula, numbers, table, write

cases = {}
for kernel in ["rbf", "linear"]:
    for classes in [2, 4]:
        model = SVC(C=2, kernel=kernel, gamma="scale", tol=1e-9, decision_function_shape="ovo")
        model.fit(*table(80, 8, classes, 1))
        values = model.decision_function(table(12, 8, classes, 2)[0])
        # With two classes, a positive value speaks for the second.
        cases[f"{kernel} {classes}"] = numbers(-values if classes == 2 else values)

values = formula(40, 7).astype(np.float64) + np.where(np.arange(40) < 20, 0.2, 0)
targets = np.where(np.arange(40) < 20, 21 / 22, 1 / 22)


def platt(p):
    x = p[0] * values + p[1]
    return float((targets * x + np.logaddexp(0, -x)).sum())


cases["sigmoid"] = numbers(minimize(platt, [0, 0], method="BFGS", options={"gtol": 1e-9}).x)

pairs = 0.5 + 0.9 * formula(6, 8).astype(np.float64)
r = np.zeros((4, 4))
r[np.triu_indices(4, 1)] = pairs
r += np.tril(1 - r.T, -1)


def disagreement(p):
    return sum((r[j, i] * p[i] - r[i, j] * p[j]) ** 2 for i in range(4) for j in range(4) if i != j)


cases["coupling"] = numbers(
    minimize(
        disagreement, [0.25] * 4, method="SLSQP", bounds=[(0, 1)] * 4, options={"ftol": 1e-16, "maxiter": 1000},
        constraints={"type": "eq", "fun": lambda p: sum(p) - 1}).x)
write("svm.json", cases)
