"""Tables that both sides make by the same formula, so that fixtures need not hold them."""

import json

import numpy as np


def formula(count: int, salt: int) -> np.ndarray:
    """`count` numbers in [-0.5, 0.5), the same as `formula(_:salt:)` in Tables.swift."""
    mask = np.uint64(0xFFFFFFFF)
    x = (np.arange(count, dtype=np.uint64) + np.uint64(salt * 1_000_003)) & mask
    x = (x * np.uint64(2_654_435_761)) & mask
    x ^= x >> np.uint64(15)
    x = (x * np.uint64(2_246_822_519)) & mask
    x ^= x >> np.uint64(13)
    return (x.astype(np.float64) / 2.0**32 - 0.5).astype(np.float32)


def table(count: int, width: int, classes: int, salt: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and labels: class k is higher by a quarter in features k, k + classes, ..."""
    labels = np.arange(count) % classes
    rows = formula(count * width, salt).reshape(count, width)
    shift = np.float32(0.25) * (np.arange(width)[None] % classes == labels[:, None])
    return rows + shift.astype(np.float32), labels


def mixed(seed: int) -> int:
    """The seed that XGBoost gets, the same as in TreeParameters.swift (SplitMix64, upper 31 bits)."""
    mask = (1 << 64) - 1
    z = (seed + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return (z ^ (z >> 31)) >> 33


def numbers(array) -> list[float]:
    return [float(f"{x:.9g}") for x in np.asarray(array, dtype=np.float64).reshape(-1)]


def write(name: str, cases: dict) -> None:
    with open(name, "w") as file:
        file.write("{\n" + ",\n".join(
            f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items()) + "\n}\n")
