"""Reference numbers for the tests between models in the target Statistics.

Run in a virtual environment with numpy, scipy, statsmodels, scikit-posthocs, scikit-learn and baycomp:
    python Tests/StatisticsTests/Fixtures/comparisons.py
It writes comparisons.json beside itself.
"""

import itertools
import json
import math
import pathlib

import baycomp
import numpy as np
import scikit_posthocs
import scipy
import sklearn
import statsmodels
from scipy import stats
from sklearn.metrics import accuracy_score, f1_score
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

DIFFERENCES = {
    "five": [0.007, -0.001, 0.011, 0.008, 0.017],
    "six": [1.5, 2.25, -0.5, 3.0, 4.0, 0.25],
    "ties": [0.01, 0.01, -0.01, 0.02, 0.0, 0.02, 0.03, -0.02, 0.01],
    "zeros": [0.0, 0.0, 1.0, -2.0, 3.0, 4.0, 0.0],
    "ten": [round(0.05 * math.sin(1.7 * i) + 0.02, 6) for i in range(10)],
    "fifty": [round(math.sin(0.9 * i) + 0.2 + 1e-4 * i, 6) for i in range(50)],
    "sixty": [round(math.sin(0.9 * i) + 0.3 + 1e-4 * i, 6) for i in range(60)],
    "coarse": [round(math.sin(0.9 * i) + 0.2, 1) for i in range(80)],
}

# Rows are blocks, columns treatments.
BLOCKS = {
    "plain": [[0.763, 0.768, 0.771, 0.798], [0.599, 0.591, 0.590, 0.569],
              [0.954, 0.971, 0.968, 0.967], [0.628, 0.661, 0.654, 0.657],
              [0.882, 0.888, 0.886, 0.898], [0.936, 0.931, 0.916, 0.931]],
    "agreed": [[1, 2, 3.5], [0, 5, 6], [2, 3, 4], [7, 8, 9]],
    "tied": [[1, 1, 2, 3, 3], [2, 2, 2, 2, 2], [1, 4, 3, 4, 5], [5, 4, 3, 2, 2], [1, 2, 2, 2, 9],
             [3, 1, 4, 1, 5], [9, 2, 6, 5, 3]],
    "many": [[round(math.sin(1.3 * i + 0.7 * j * j) + 0.08 * j, 6) for j in range(9)]
             for i in range(25)],
}

P_VALUES = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.2, 0.2, 0.9, 0.001, 0.04, 0.04], [1.0, 1.0],
            [0.0, 0.049, 0.051]]

CORRELATED = {
    "ten": ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 1, 4, 3, 7, 5, 6, 10, 8, 9]),
    "ties": ([1, 1, 2, 2, 3, 5, 5, 5], [0.4, 0.1, 0.3, 0.3, 0.1, 0.9, 0.2, 0.2]),
    "opposed": ([0.1, 0.4, 0.2, 0.9, 0.5], [9, 4, 7, 1, 5]),
    "four": ([1, 2, 3, 4], [1, 3, 2, 4]),
}


def tails():
    for freedom in (1, 2, 3.5, 9, 40, 300):
        for x in (1e-6, 0.3, 1, 4, 9.5, 41, 330, 700):
            yield {"freedom": freedom, "x": x, "upper": stats.chi2.sf(x, freedom)}


def ratios():
    for above, below in ((1, 1), (2, 7), (5, 24), (3.5, 100), (40, 3)):
        for x in (1e-6, 0.4, 1, 2.7, 13, 900):
            yield {"above": above, "below": below, "x": x, "upper": stats.f.sf(x, above, below)}


def ranges():
    for groups in (2, 3, 4, 7, 10, 20, 50):
        for q in (0.1, 1, 2.5, 3.3, 4.5, 6):
            yield {"groups": groups, "q": q,
                   "upper": 1 - stats.studentized_range.cdf(q, groups, np.inf)}


def range_quantiles():
    for groups in (2, 3, 4, 5, 6, 10, 20):
        for share in (0.1, 0.05, 0.01):
            yield {"groups": groups, "share": share,
                   "value": stats.studentized_range.ppf(1 - share, groups, np.inf)}


def mcnemar():
    for b, c in ((0, 1), (2, 9), (12, 12), (5, 19), (30, 55), (400, 310)):
        n, k = b + c, min(b, c)
        exact = stats.binomtest(b, n, 0.5).pvalue
        point = stats.binom.pmf(k, n, 0.5)
        mid = 1 - point / 2 if b == c else 2 * stats.binom.cdf(k, n, 0.5) - point
        # Wilson's interval of the share, as odds; None where they are infinite.
        low, high = proportion_confint(b, n, 0.05, method="wilson")
        yield {"b": b, "c": c, "exact": exact, "mid": mid, "odds": b / c if c else None,
               "low": low / (1 - low), "high": high / (1 - high) if c else None}


def walsh(values, confidence):
    """The interval of the centre by all pairs, from the exact distribution."""
    n = len(values)
    sums = np.zeros(n * (n + 1) // 2 + 1)
    sums[0] = 1
    for rank in range(1, n + 1):
        shifted = np.zeros_like(sums)
        shifted[rank:] = sums[:-rank]
        sums = (sums + shifted) / 2
    outside = int(np.searchsorted(np.cumsum(sums), (1 - confidence) / 2, side="right"))
    if outside == 0:
        return None
    averages = sorted((values[i] + values[j]) / 2 for i in range(n) for j in range(i, n))
    return averages[outside - 1], averages[-outside]


def wilcoxon():
    for name, values in DIFFERENCES.items():
        d = np.array(values)
        kept = d[d != 0]
        ties = len(set(np.abs(kept))) < len(kept)
        if len(kept) > 50:
            method = "asymptotic"
        elif not ties:
            method = "exact"
        else:
            # Every assignment of signs, of which there are few enough.
            assert len(kept) <= 13
            method = stats.PermutationMethod(n_resamples=np.inf)
        result = stats.wilcoxon(kept, zero_method="wilcox", correction=False, method=method)
        ranks = stats.rankdata(np.abs(kept))
        interval = walsh(values, 0.9) if len(values) <= 50 else None
        yield {"name": name, "values": values, "positive": ranks[kept > 0].sum(),
               "negative": ranks[kept < 0].sum(), "p": result.pvalue,
               "low": interval[0] if interval else None,
               "high": interval[1] if interval else None,
               "cohen": d.mean() / d.std(ddof=1)}


def friedman():
    for name, rows in BLOCKS.items():
        values = np.array(rows, dtype=float)
        n, k = values.shape
        chi, p = stats.friedmanchisquare(*values.T)
        perfect = abs(n * (k - 1) - chi) < 1e-9
        ratio = None if perfect else (n - 1) * chi / (n * (k - 1) - chi)
        nemenyi = scikit_posthocs.posthoc_nemenyi_friedman(values).to_numpy()
        means = stats.rankdata(values, axis=1).mean(axis=0)
        yield {"name": name, "values": values.tolist(), "means": means.tolist(),
               "statistic": chi, "p": p, "ratio": ratio,
               "ratioP": 0 if perfect else stats.f.sf(ratio, k - 1, (k - 1) * (n - 1)),
               "pairs": [{"a": a, "b": b, "p": nemenyi[a, b]}
                         for a, b in itertools.combinations(range(k), 2)],
               "critical": stats.studentized_range.ppf(0.95, k, np.inf) / math.sqrt(2)
               * math.sqrt(k * (k + 1) / (6 * n))}


def corrections():
    names = {"holm": "holm", "bonferroni": "bonferroni", "benjamini-hochberg": "fdr_bh"}
    for values in P_VALUES:
        for name, method in names.items():
            yield {"method": name, "values": values,
                   "adjusted": multipletests(values, method=method)[1].tolist()}


def cliff():
    for x, y in (([1, 2, 3], [0, 2, 2, 5]), ([1.5, 2.5], [1, 1]), ([1, 1], [1, 1])):
        yield {"x": x, "y": y, "value": np.sign(np.subtract.outer(x, y)).mean()}


def spearman():
    for name, (x, y) in CORRELATED.items():
        result = stats.spearmanr(x, y)
        r, n = result.statistic, len(x)
        half = stats.norm.ppf(0.975) * math.sqrt((1 + r * r / 2) / (n - 3))
        whole = abs(r) > 1 - 1e-12
        yield {"name": name, "x": x, "y": y, "correlation": r, "p": 0 if whole else result.pvalue,
               "low": None if whole else math.tanh(math.atanh(r) - half),
               "high": None if whole else math.tanh(math.atanh(r) + half)}


def bayes():
    for name in ("five", "six", "ties", "ten"):
        values = np.array(DIFFERENCES[name])
        for rope in (0.0, 0.01, 0.2):
            posterior = baycomp.SignedRankTest(
                np.zeros(len(values)), values, rope, nsamples=400_000, random_state=1)
            shares = posterior.probs()
            below, above = shares[0], shares[-1]
            within = shares[1] if rope > 0 else 0
            yield {"name": name, "values": values.tolist(), "rope": rope,
                   "below": below, "within": within, "above": above}


def classifiers():
    rng = np.random.default_rng(3)
    for samples, classes in ((60, 2), (200, 4)):
        truths = rng.integers(0, classes, samples)
        first = np.where(rng.random(samples) < 0.7, truths, rng.integers(0, classes, samples))
        second = np.where(rng.random(samples) < 0.8, truths, rng.integers(0, classes, samples))
        labels = list(range(classes))

        def macro(t, p):
            return f1_score(t, p, labels=labels, average="macro", zero_division=0)

        accuracies, scores = [], []
        for _ in range(20_000):
            drawn = rng.integers(0, samples, samples)
            t, a, b = truths[drawn], first[drawn], second[drawn]
            accuracies.append((b == t).mean() - (a == t).mean())
            # The confusion matrix is faster than scikit-learn, which is used for the whole set.
            scores.append(quick(t, b, classes) - quick(t, a, classes))
        yield {"classes": classes, "truths": truths.tolist(), "first": first.tolist(),
               "second": second.tolist(),
               "accuracy": [accuracy_score(truths, first), accuracy_score(truths, second)],
               "macroF1": [macro(truths, first), macro(truths, second)],
               "accuracyBounds": np.quantile(accuracies, [0.025, 0.975]).tolist(),
               "macroF1Bounds": np.quantile(scores, [0.025, 0.975]).tolist(),
               "macroF1Error": float(np.std(scores))}


def quick(truths, predicted, classes):
    confusion = np.bincount(truths * classes + predicted, minlength=classes * classes)
    confusion = confusion.reshape(classes, classes)
    hits, members = np.diag(confusion), confusion.sum(axis=0) + confusion.sum(axis=1)
    return np.mean(np.where(members > 0, 2 * hits / np.maximum(members, 1), 0))


if __name__ == "__main__":
    document = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__,
                     "statsmodels": statsmodels.__version__,
                     "scikit-posthocs": scikit_posthocs.__version__,
                     "scikit-learn": sklearn.__version__},
        "tails": list(tails()), "ratios": list(ratios()), "ranges": list(ranges()),
        "rangeQuantiles": list(range_quantiles()), "mcnemar": list(mcnemar()),
        "wilcoxon": list(wilcoxon()), "friedman": list(friedman()),
        "corrections": list(corrections()), "cliff": list(cliff()), "spearman": list(spearman()),
        "bayes": list(bayes()), "classifiers": list(classifiers()),
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(document, default=float).replace("}, {", "},\n{") + "\n")
