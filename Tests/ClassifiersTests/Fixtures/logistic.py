"""Writes logistic.json: decision values and probabilities of scikit-learn's liblinear solver.

Fitted to table(80, 8, classes, 1), evaluated on table(12, 8, classes, 2); four classes are one against the rest. With
two classes, the decision value of the first is the negative of scikit-learn's. Run in this folder: python logistic.py
"""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from tables import numbers, table, write

cases = {}
for classes in [2, 4]:
    model = LogisticRegression(solver="liblinear", C=2, tol=1e-10, max_iter=1000)
    if classes > 2:
        model = OneVsRestClassifier(model)
    model.fit(*table(80, 8, classes, 1))
    rows = table(12, 8, classes, 2)[0]
    values = np.asarray(model.decision_function(rows))
    cases[f"{classes}"] = {
        "values": numbers(-values if classes == 2 else values),
        "probabilities": numbers(model.predict_proba(rows))}
write("logistic.json", cases)
