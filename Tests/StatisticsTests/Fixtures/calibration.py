"""Reference numbers for calibration and conformal prediction.

Run in a virtual environment with numpy, scipy, scikit-learn, torch, netcal and MAPIE 1.6:
    python Tests/StatisticsTests/Fixtures/calibration.py
It writes calibration.json beside itself.
"""

import json
import pathlib

import mapie
import netcal
import numpy as np
import scipy
import sklearn
import torch
from mapie.conformity_scores import APSConformityScore, RAPSConformityScore
from mapie.utils import _compute_classification_quantile
from netcal.scaling import TemperatureScaling
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.isotonic import IsotonicRegression

CLASSES = 4
LEVELS = [0.3, 0.1, 0.05]
PENALTY, RANK = 0.05, 2


def samples(count, seed):
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 1.5, (count, CLASSES))
    labels = np.array([generator.choice(CLASSES, p=row) for row in softmax(logits, axis=1)])
    # Twice too sure, and a bias of one class for vector scaling to correct.
    logits[:, 1] += 0.8
    return np.round(2 * logits, 2), labels


def temperature(logits, labels):
    inverse = torch.ones(1, dtype=torch.float64, requires_grad=True)
    scores, truths = torch.tensor(logits), torch.tensor(labels)
    optimizer = torch.optim.LBFGS(
        [inverse], max_iter=500, tolerance_grad=1e-14, tolerance_change=1e-16,
        line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(scores * inverse, truths)
        loss.backward()
        return loss

    optimizer.step(closure)
    fitted = TemperatureScaling().fit(softmax(logits, axis=1), labels)
    return {"torch": 1 / inverse.item(), "netcal": 1 / float(np.ravel(fitted.weights)[0])}


def vector(logits, labels):
    def loss(place, penalty):
        factors, offsets = place[:CLASSES], place[CLASSES:]
        shares = log_softmax(logits * factors + offsets, axis=1)
        squares = ((factors - 1) ** 2).sum() + (offsets ** 2).sum()
        return -shares[np.arange(len(labels)), labels].mean() + penalty / 2 * squares

    def gradient(place, penalty):
        factors, offsets = place[:CLASSES], place[CLASSES:]
        wrong = softmax(logits * factors + offsets, axis=1)
        wrong[np.arange(len(labels)), labels] -= 1
        return np.concatenate([(wrong * logits).mean(0) + penalty * (factors - 1),
                               wrong.mean(0) + penalty * offsets])

    start = np.concatenate([np.ones(CLASSES), np.zeros(CLASSES)])
    found = {}
    for name, penalty in [("penalised", 1e-6), ("plain", 0)]:
        result = minimize(loss, start, args=(penalty,), jac=gradient, method="BFGS",
                          options={"gtol": 1e-12, "maxiter": 10000})
        found[name] = result.x
    factors, offsets = found["plain"][:CLASSES], found["plain"][CLASSES:]
    return {"factors": found["penalised"][:CLASSES], "offsets": found["penalised"][CLASSES:],
            "loss": loss(found["penalised"], 0), "plainLoss": loss(found["plain"], 0),
            "plain": softmax(logits[:5] * factors + offsets, axis=1)}


def isotonic():
    generator = np.random.default_rng(5)
    for name, places in [
            ("distinct", generator.uniform(0, 1, 40)),
            ("ties", np.round(generator.uniform(0, 1, 40), 1)),
            ("one", np.full(6, 0.25)),
            ("sorted", np.linspace(0, 1, 12))]:
        places = np.round(places, 6)
        values = (generator.uniform(0, 1, len(places)) < places).astype(float)
        if name == "sorted":
            values = 1 - values
        fitted = IsotonicRegression(out_of_bounds="clip").fit(places, values)
        asked = np.concatenate([[-1, 2], np.linspace(0, 1, 23)])
        yield {"places": places, "values": values, "asked": asked,
               "found": fitted.predict(asked), "knots": len(fitted.X_thresholds_)}


def conformal(logits, labels, new):
    shares, others = softmax(logits, axis=1), softmax(new, axis=1)
    names = np.arange(CLASSES)
    draws = np.random.RandomState(3).uniform(size=len(labels))
    aps, raps = APSConformityScore(), RAPSConformityScore()
    for score in (aps, raps):
        score.set_external_attributes(classes=names, random_state=np.random.RandomState(3))
    cumulated, cutoff = aps.get_true_label_cumsum_proba(labels, shares, names)
    randomised = aps.get_conformity_scores(labels, shares, y_enc=labels)
    regularised = RAPSConformityScore._regularize_conformity_score(
        np.array([RANK]), PENALTY, cumulated, cutoff)[:, 0, 0]
    scores = {"lac": 1 - shares[np.arange(len(labels)), labels], "aps": np.ravel(cumulated),
              "raps": np.ravel(regularised), "randomised": np.ravel(randomised)}
    order = np.argsort(-others, axis=1)
    sums = np.take_along_axis(others, order, axis=1).cumsum(axis=1)
    ranks = np.argsort(order, axis=1)
    whole = np.take_along_axis(sums, ranks, axis=1)
    given = {"lac": 1 - others, "aps": whole,
             "raps": whole + PENALTY * np.maximum(ranks + 1 - RANK, 0)}
    thresholds, sets = {}, {}
    for name, values in scores.items():
        thresholds[name] = _compute_classification_quantile(
            values.reshape(-1, 1), np.array(LEVELS))
        if name in given:
            sets[name] = [(given[name] <= threshold).astype(int)
                          for threshold in thresholds[name]]
    return {"levels": LEVELS, "penalty": PENALTY, "rank": RANK,
            # MAPIE subtracts the draw's share of the class, which is drawn from the other end.
            "draws": 1 - draws, "scores": scores, "thresholds": thresholds, "sets": sets}


def risk():
    """The largest threshold on a grid of all candidates at which the corrected risk is safe."""
    generator = np.random.default_rng(11)
    for count in (5, 9, 10, 30, 61):
        shares = np.round(generator.beta(3, 1, count), 6)
        for level in (0.3, 0.1, 0.05):
            candidates = np.unique(np.concatenate([[0], shares]))
            risks = np.array([(shares < threshold).mean() for threshold in candidates])
            corrected = count / (count + 1) * risks + 1 / (count + 1)
            safe = candidates[corrected <= level + 1e-12]
            yield {"shares": shares, "level": level, "threshold": safe.max() if len(safe) else 0}


def plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (np.floating, np.integer)):
        return value.item()
    raise TypeError(type(value))


def main():
    torch.manual_seed(0)
    logits, labels = samples(80, 1)
    new, _ = samples(12, 2)
    numbers = {
        "made by": f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn "
                   f"{sklearn.__version__}, torch {torch.__version__}, netcal "
                   f"{netcal.__version__}, MAPIE {mapie.__version__}",
        "logits": logits, "labels": labels, "new": new,
        "temperature": temperature(logits, labels), "vector": vector(logits, labels),
        "isotonic": list(isotonic()), "conformal": conformal(logits, labels, new),
        "risk": list(risk()),
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(numbers, default=plain) + "\n")


if __name__ == "__main__":
    main()
