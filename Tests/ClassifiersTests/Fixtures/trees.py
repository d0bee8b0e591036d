"""Writes trees.json and booster.json: what XGBoost fits to table(80, 8, classes, 1).

Probabilities are those of table(12, 8, classes, 2). Boosting stops early on table(40, 8, classes, 3): `rounds` is the
number of rounds up to the lowest validation loss. booster.json holds three rounds without validation, for 4 classes.
Run in this folder: python trees.py
"""

import numpy as np
import xgboost
from tables import mixed, numbers, table, write


def common(classes, seed):
    return {
        "verbosity": 0, "nthread": 1, "booster": "gbtree", "objective": "multi:softprob", "num_class": classes,
        "base_score": 0.5, "disable_default_eval_metric": 1, "tree_method": "exact", "seed": mixed(seed),
        "seed_per_iteration": 1, "max_depth": 2, "lambda": 0.5, "min_child_weight": 0.5, "colsample_bytree": 0.75}


def matrix(count, classes, salt):
    rows, labels = table(count, 8, classes, salt)
    return xgboost.DMatrix(rows, label=labels, nthread=1), labels


def loss(margins, labels):
    margins = margins.astype(np.float64)
    largest = margins.max(axis=1, keepdims=True)
    total = np.log(np.exp(margins - largest).sum(axis=1)) + largest[:, 0]
    return float((total - margins[np.arange(len(labels)), labels]).mean())


def boosting(classes, rounds, patience):
    train, _ = matrix(80, classes, 1)
    validation, labels = matrix(40, classes, 3)
    booster = xgboost.Booster({**common(classes, 5), "eta": 0.3, "subsample": 0.75}, [train])
    best = (0, np.inf)
    for round in range(rounds):
        booster.update(train, round)
        if patience:
            now = loss(booster.predict(validation, output_margin=True), labels)
            if now < best[1]:
                best = (round, now)
            if round - best[0] >= patience:
                break
    return booster[: best[0] + 1] if patience else booster


def forest(classes):
    train, _ = matrix(80, classes, 1)
    more = {"eta": 1, "num_parallel_tree": 7, "subsample": 0.8, "colsample_bynode": 3 / 8}
    booster = xgboost.Booster({**common(classes, 5), **more}, [train])
    booster.update(train, 0)
    return booster


def case(booster, classes):
    probabilities = booster.predict(matrix(12, classes, 2)[0])
    return {"rounds": booster.num_boosted_rounds(), "probabilities": numbers(probabilities)}


cases = {}
for classes in [2, 4]:
    cases[f"xgboost {classes}"] = case(boosting(classes, 60, 4), classes)
    cases[f"random-forest {classes}"] = case(forest(classes), classes)
saved = boosting(4, 3, None)
cases["saved"] = case(saved, 4)
write("trees.json", cases)
saved.save_model("booster.json")
print(xgboost.__version__, {name: case["rounds"] for name, case in cases.items()})
