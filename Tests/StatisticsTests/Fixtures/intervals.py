"""Reference numbers for the target Statistics, by SciPy and statsmodels.

Run in a virtual environment with numpy, scipy and statsmodels:
    python Tests/StatisticsTests/Fixtures/intervals.py
It writes intervals.json beside itself.
"""

import json
import pathlib

import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.proportion import proportion_confint

FREEDOMS = [1, 2, 2.5, 3, 4, 7, 9, 19, 20, 30, 99, 1000, 12345, 1000000]
SHARES = [1e-12, 1e-4, 0.005, 0.025, 0.2, 0.45, 0.5, 0.55, 0.9, 0.95, 0.975, 0.995, 0.9999]
SERIES = {
    "two": [0.5, 0.75],
    "five": [0.912, 0.903, 0.931, 0.918, 0.927],
    "ten": [round(0.9 + 0.05 * np.sin(1.7 * i), 6) for i in range(10)],
    "thirty": [round(3 * np.sin(0.9 * i) - 1, 6) for i in range(30)],
}
OTHERS = {
    "two": [0.5, 0.5],
    "five": [0.905, 0.904, 0.92, 0.91, 0.91],
    "ten": [round(0.89 + 0.04 * np.cos(0.3 * i), 6) for i in range(10)],
    "thirty": [round(np.cos(0.5 * i), 6) for i in range(30)],
}
SHAPES = [(0.5, 0.5), (2, 3), (1, 0.5), (10, 0.5), (5e5, 0.5), (0.5, 40), (12, 30), (1e-3, 2)]


def means():
    for name, values in SERIES.items():
        for confidence in (0.8, 0.95, 0.99):
            low, high = stats.t.interval(
                confidence, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
            yield {"values": values, "confidence": confidence, "mean": np.mean(values),
                   "deviation": np.std(values, ddof=1), "low": low, "high": high}


def pairs():
    for name, values in SERIES.items():
        others = OTHERS[name]
        result = stats.ttest_rel(values, others)
        interval = result.confidence_interval(0.95)
        n = len(values)
        # The corrected resampled test of Nadeau and Bengio (2003), for 9 times as many training
        # samples as test samples.
        factor = 1 / n + 1 / 9
        differences = np.subtract(values, others)
        corrected = differences.mean() / np.sqrt(factor * differences.var(ddof=1))
        yield {"a": values, "b": others, "statistic": result.statistic, "p": result.pvalue,
               "low": interval.low, "high": interval.high, "factor": factor,
               "corrected": corrected, "correctedP": 2 * stats.t.sf(abs(corrected), n - 1)}


def wilson():
    for successes, trials in [(0, 1), (1, 1), (0, 20), (20, 20), (19, 20), (95, 100), (1984, 2000),
                              (3, 7), (123456, 200000)]:
        for confidence in (0.9, 0.95):
            low, high = proportion_confint(successes, trials, 1 - confidence, method="wilson")
            yield {"successes": successes, "trials": trials, "confidence": confidence,
                   "low": low, "high": high}


if __name__ == "__main__":
    document = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__,
                     "statsmodels": statsmodels.__version__},
        "beta": [{"x": x, "a": a, "b": b, "value": special.betainc(a, b, x)}
                 for a, b in SHAPES for x in (0.0, 1e-6, 0.1, 0.5, 0.9, 0.999, 1.0)],
        "student": [{"freedom": freedom, "share": share, "value": stats.t.ppf(share, freedom)}
                    for freedom in FREEDOMS for share in SHARES],
        "tails": [{"freedom": freedom, "t": t, "upper": stats.t.sf(t, freedom)}
                  for freedom in (1, 4, 9, 1000) for t in (-3.0, -0.1, 0.0, 1e-4, 0.7, 2.5, 40.0)],
        "normal": [{"share": share, "value": stats.norm.ppf(share)}
                   for share in SHARES + [1e-300, 1e-30, 0.07, 0.0751]],
        "means": list(means()), "pairs": list(pairs()), "wilson": list(wilson()),
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(document, default=float).replace("}, {", "},\n{") + "\n")
