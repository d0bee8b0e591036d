"""Reference numbers for McNemar's test and the paired percentile bootstrap.

Run in a virtual environment with numpy, scipy and statsmodels:
    python Tests/StatisticsTests/Fixtures/pairs.py
It writes pairs.json beside itself.
"""

import json
import pathlib

import numpy as np
import scipy
import scipy.stats
import statsmodels
from statsmodels.stats.contingency_tables import mcnemar

PAIRS = [(0, 0), (0, 1), (1, 0), (3, 3), (2, 9), (0, 24), (12, 12), (5, 19), (10, 14), (0, 25),
         (13, 12), (5, 20), (21, 9), (30, 55), (400, 310), (1000, 1001), (0, 3000)]

SERIES = {
    "five": [0.012, -0.003, 0.021, 0.008, 0.017],
    "seven": [-0.4, -1.25, 0.1, -0.75, -0.02, -0.6, -0.3],
    "twenty": [round(0.03 * np.sin(1.7 * i) + 0.01, 6) for i in range(20)],
}


def tests():
    for b, c in PAIRS:
        exact = b + c < 25
        result = mcnemar([[10, b], [c, 10]], exact=exact, correction=True)
        binomial = scipy.stats.binomtest(b, b + c, 0.5).pvalue if exact and b + c > 0 else None
        yield {"b": b, "c": c, "exact": exact, "statistic": float(result.statistic),
               "p": float(result.pvalue), "binomial": binomial}


def intervals():
    for name, values in SERIES.items():
        # So many resamples that the percentiles themselves hardly move any more.
        result = scipy.stats.bootstrap(
            (np.array(values),), np.mean, n_resamples=2_000_000, batch=100_000,
            confidence_level=0.95, method="percentile", rng=np.random.default_rng(1))
        yield {"name": name, "values": values, "mean": float(np.mean(values)),
               "low": float(result.confidence_interval.low),
               "high": float(result.confidence_interval.high),
               "error": float(result.standard_error)}


if __name__ == "__main__":
    document = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__,
                     "statsmodels": statsmodels.__version__},
        "mcnemar": list(tests()), "bootstrap": list(intervals()),
        "quantile": [{"values": values, "share": share, "value": float(np.quantile(values, share))}
                     for values in ([1.0, 2.0, 4.0, 8.0], [3.0], [0.0, 10.0])
                     for share in (0.0, 0.025, 0.5, 0.975, 1.0)],
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(document, indent=1) + "\n")
