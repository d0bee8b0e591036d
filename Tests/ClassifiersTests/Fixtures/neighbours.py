"""Writes neighbours.json: probabilities of sklearn.neighbors.KNeighborsClassifier with 7 neighbours.

Fitted to table(80, 37, classes, 1), evaluated on table(12, 37, classes, 2). Run in this folder: python neighbours.py
"""

from sklearn.neighbors import KNeighborsClassifier
from tables import numbers, table, write

cases = {}
for classes in [2, 4]:
    model = KNeighborsClassifier(7).fit(*table(80, 37, classes, 1))
    cases[f"{classes}"] = numbers(model.predict_proba(table(12, 37, classes, 2)[0]))
write("neighbours.json", cases)
