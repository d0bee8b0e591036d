"""Reference numbers for the intervals, areas, calibration and curves of the target Statistics.

Run in a virtual environment with numpy, scipy, statsmodels, scikit-learn and netcal:
    python Tests/StatisticsTests/Fixtures/evaluation.py
It writes evaluation.json beside itself.
"""

import importlib.metadata
import itertools
import json
import pathlib

import netcal.metrics
import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import special, stats
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint


def wave(count, step, shift=0.0, digits=6):
    """Numbers from -1 to 1 without a pattern, the same on every machine."""
    return [round(float(np.sin(step * i * i + 1.3 * i + shift)), digits) for i in range(count)]


def clopper():
    for successes, trials in [(0, 1), (1, 1), (0, 20), (20, 20), (1, 20), (19, 20), (95, 100),
                              (1984, 2000), (3, 7), (123456, 200000)]:
        for confidence in (0.8, 0.95, 0.999):
            low, high = proportion_confint(successes, trials, 1 - confidence, method="beta")
            yield {"successes": successes, "trials": trials, "confidence": confidence,
                   "low": low, "high": high}


def inverses():
    for a, b in [(1, 1), (1, 20), (20, 1), (3, 5), (12, 30), (400, 2), (0.5, 0.5), (60000, 6000)]:
        for share in (1e-6, 0.025, 0.5, 0.975, 0.9999):
            yield {"a": a, "b": b, "x": share, "value": special.betaincinv(a, b, share)}


def accelerated():
    """The interval of Efron (1987) as scipy.stats.bootstrap computes it, from given values."""
    for name, count, groups, shift in [("even", 200, 12, 0.0), ("skewed", 400, 30, 0.4),
                                       ("ties", 100, 5, 0.1)]:
        digits = 1 if name == "ties" else 6
        resampled = [round(0.9 + 0.05 * v * abs(v) + 0.01 * shift, digits + 1)
                     for v in wave(count, 0.37, digits=digits)]
        jackknife = [round(0.9 + 0.004 * v ** 3, 8) for v in wave(groups, 0.21, shift)]
        estimate = 0.9 if name == "ties" else 0.905
        for confidence in (0.8, 0.95):
            alpha = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
            values = np.array(resampled)
            share = (np.mean(values < estimate) + np.mean(values <= estimate)) / 2
            z0 = special.ndtri(share)
            u = np.mean(jackknife) - np.array(jackknife)
            a = np.sum(u ** 3) / (6 * np.sum(u ** 2) ** 1.5)
            z = z0 + special.ndtri(alpha)
            moved = special.ndtr(z0 + z / (1 - a * z))
            low, high = np.quantile(values, moved)
            plain = np.quantile(values, alpha)
            yield {"name": name, "estimate": estimate, "resampled": resampled,
                   "jackknife": jackknife, "confidence": confidence, "acceleration": a,
                   "low": low, "high": high, "plainLow": plain[0], "plainHigh": plain[1]}


def components(scores, positive):
    """The shares of DeLong, DeLong and Clarke-Pearson (1988), by their definition."""
    up = [s for s, p in zip(scores, positive) if p]
    down = [s for s, p in zip(scores, positive) if not p]
    psi = np.array([[1.0 if x > y else 0.5 if x == y else 0.0 for y in down] for x in up])
    return psi.mean(axis=1), psi.mean(axis=0)


def delong():
    for name, count, digits in [("plain", 40, 6), ("ties", 60, 1), ("few", 5, 6)]:
        noise, other = wave(count, 0.31, digits=digits), wave(count, 0.17, 2.0, digits=digits)
        positive = [i % 3 == 0 for i in range(count)]
        scores = [round(s + (0.5 if p else 0), 6) for s, p in zip(noise, positive)]
        others = [round(0.5 * s + 0.5 * o + (0.2 if p else 0), 6)
                  for s, o, p in zip(noise, other, positive)]
        v10, v01 = components(scores, positive)
        w10, w01 = components(others, positive)
        s10, s01 = np.cov(v10, w10), np.cov(v01, w01)
        s = s10 / len(v10) + s01 / len(v01)
        area, second = v10.mean(), w10.mean()
        error = np.sqrt(s[0, 0]) / (area * (1 - area))
        z = stats.norm.ppf(0.975)
        difference = area - second
        variance = s[0, 0] + s[1, 1] - 2 * s[0, 1]
        statistic = difference / np.sqrt(variance)
        yield {"name": name, "scores": scores, "others": others, "positive": positive,
               "area": area, "variance": s[0, 0],
               "low": special.expit(special.logit(area) - z * error),
               "high": special.expit(special.logit(area) + z * error),
               "second": second, "difference": difference, "differenceVariance": variance,
               "statistic": statistic, "p": 2 * stats.norm.sf(abs(statistic)),
               "differenceLow": difference - z * np.sqrt(variance),
               "differenceHigh": difference + z * np.sqrt(variance)}


def binned(confidences, right, edges):
    """Mean confidence, accuracy and count per bin (low, high], and both errors."""
    rows = []
    for low, high in edges:
        members = [i for i, c in enumerate(confidences) if low < c <= high]
        if members:
            rows.append({"confidence": np.mean([confidences[i] for i in members]),
                         "accuracy": np.mean([right[i] for i in members]), "count": len(members)})
    gaps = [abs(r["confidence"] - r["accuracy"]) for r in rows]
    counts = [r["count"] for r in rows]
    return {"expected": np.dot(gaps, counts) / sum(counts), "maximum": max(gaps), "bins": rows}


def calibration():
    for name, count, bins in [("fifteen", 120, 15), ("ten", 50, 10), ("one", 7, 1)]:
        confidences = [round(0.61 + 0.38999 * v, 6) for v in wave(count, 0.29)]
        right = [bool(v < c) for v, c in zip([(w + 1) / 2 for w in wave(count, 0.11, 1.0)],
                                             confidences)]
        width = binned(confidences, right, [(i / bins, (i + 1) / bins) for i in range(bins)])
        order = sorted(range(count), key=lambda i: confidences[i])
        cuts = [count * b // bins for b in range(bins + 1)]
        edges, below = [], -1.0
        for first, last in itertools.pairwise(cuts):
            if last > first:
                edges.append((below, confidences[order[last - 1]]))
                below = confidences[order[last - 1]]
        mass = binned(confidences, right, edges)
        for own, equal in ((width, True), (mass, False)):
            for key, kind in (("expected", netcal.metrics.ECE), ("maximum", netcal.metrics.MCE)):
                package = kind(bins, equal_intervals=equal)
                other = package.measure(np.array(confidences), np.array(right, dtype=int))
                assert abs(own[key] - other) < 1e-12, (name, key, equal, own[key], other)
        yield {"name": name, "confidences": confidences, "right": right, "count": bins,
               "width": width, "mass": mass}


def brier():
    for name, count, classes, bins in [("three", 60, 3, 15), ("two", 30, 2, 5), ("five", 80, 5, 10)]:
        raw = np.array([wave(count, 0.13 + 0.1 * c, c) for c in range(classes)])
        labels = [int(np.argmax(raw[:, i] + np.roll(raw[:, i], i) * 0.7)) for i in range(count)]
        rows = special.softmax(2 * raw, axis=0)
        score = metrics.brier_score_loss(
            labels, rows.T, labels=list(range(classes)), scale_by_half=False)
        parts = np.zeros(4)
        for c in range(classes):
            p, y = rows[c], np.array([label == c for label in labels], dtype=float)
            place = np.clip(np.ceil(p * bins).astype(int) - 1, 0, bins - 1)
            base = y.mean()
            parts[2] += base * (1 - base)
            for b in set(place):
                inside = place == b
                share = inside.mean()
                f, o = p[inside], y[inside]
                parts[0] += share * (f.mean() - o.mean()) ** 2
                parts[1] += share * (o.mean() - base) ** 2
                parts[3] += share * (f.var() - 2 * np.mean((f - f.mean()) * (o - o.mean())))
        assert abs(parts[0] - parts[1] + parts[2] + parts[3] - score) < 1e-12
        yield {"name": name, "bins": bins, "labels": labels,
               "probabilities": [list(r) for r in rows], "score": score,
               "reliability": parts[0], "resolution": parts[1], "uncertainty": parts[2],
               "withinBins": parts[3]}


def curves():
    for name, count, digits in [("plain", 30, 6), ("ties", 40, 1)]:
        positive = [i % 4 == 1 for i in range(count)]
        scores = [round(s + (0.4 if p else 0), 6)
                  for s, p in zip(wave(count, 0.23, digits=digits), positive)]
        fpr, tpr, _ = metrics.roc_curve(positive, scores, drop_intermediate=False)
        precision, recall, thresholds = metrics.precision_recall_curve(positive, scores)
        yield {"name": name, "scores": scores, "positive": positive, "falsePositives": list(fpr),
               "truePositives": list(tpr), "area": metrics.roc_auc_score(positive, scores),
               # From the highest threshold down, without the end at recall 0.
               "precision": list(precision[:-1][::-1]), "recall": list(recall[:-1][::-1]),
               "thresholds": list(thresholds[::-1]),
               "averagePrecision": metrics.average_precision_score(positive, scores)}


def risks(confidences, right):
    order = sorted(range(len(right)), key=lambda i: -confidences[i])
    wrong = np.cumsum([0 if right[i] else 1 for i in order])
    return wrong / np.arange(1, len(right) + 1)


def coverage():
    for name, count, digits in [("plain", 40, 6), ("ties", 8, 0)]:
        confidences = [round(abs(v), digits) for v in wave(count, 0.19, digits=6)]
        right = [v > -0.3 for v in wave(count, 0.41)]
        if name == "ties":
            # The mean over all orders of samples with equal confidence.
            area = np.mean([
                risks([confidences[i] for i in p], [right[i] for i in p]).mean()
                for p in itertools.permutations(range(count))])
        else:
            area = risks(confidences, right).mean()
        points = [{"coverage": float(np.mean(np.array(confidences) >= t)),
                   "risk": float(np.mean([not r for c, r in zip(confidences, right) if c >= t]))}
                  for t in sorted(set(confidences), reverse=True)]
        yield {"name": name, "confidences": confidences, "right": right, "area": area,
               "points": points}


def groups():
    """Weighted areas, and areas without one group each."""
    for name, count, digits in [("plain", 36, 6), ("ties", 36, 1)]:
        groups_of = [(i * i + i // 5) % 7 for i in range(count)]
        positive = [i % 3 == 0 for i in range(count)]
        scores = [round(s + (0.5 if p else 0), 6)
                  for s, p in zip(wave(count, 0.27, digits=digits), positive)]
        weights = [2, 0, 1, 3, 1, 0, 1]
        rest = [metrics.roc_auc_score([p for p, g in zip(positive, groups_of) if g != left],
                                      [s for s, g in zip(scores, groups_of) if g != left])
                for left in range(7)]
        yield {"name": name, "groups": groups_of, "scores": scores, "positive": positive,
               "weights": weights, "rest": rest,
               "weighted": metrics.roc_auc_score(
                   positive, scores, sample_weight=[weights[g] for g in groups_of])}


def split_mix(state, count):
    """SplitMix64, by the code of its authors."""
    mask = (1 << 64) - 1

    def mixed(z):
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    step = 0x9E3779B97F4A7C15
    # As SeededRandom starts the stream 3 of a seed.
    at = mixed(state ^ mixed((3 + step) & mask))
    numbers = []
    for _ in range(count):
        at = (at + step) & mask
        numbers.append(str(mixed(at)))
    return numbers


if __name__ == "__main__":
    document = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__,
                     "statsmodels": statsmodels.__version__,
                     "scikit-learn": sklearn.__version__,
                     "netcal": importlib.metadata.version("netcal")},
        "normal": [{"x": x, "value": stats.norm.cdf(x)} for x in (-38.0, -5.0, -1.0, 0.0, 0.3, 6.0)],
        "clopper": list(clopper()), "inverses": list(inverses()),
        "accelerated": list(accelerated()), "delong": list(delong()),
        "calibration": list(calibration()), "brier": list(brier()), "curves": list(curves()),
        "coverage": list(coverage()), "groups": list(groups()),
        "random": split_mix(17, 5),
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(document, default=lambda v: v.item()).replace("}, {", "},\n{") + "\n")
