"""Numbers that both sides make by the same formula, so that fixtures need not hold them."""

import numpy as np


def formula(count: int, salt: int) -> np.ndarray:
    """`count` numbers in [-0.5, 0.5), the same as `formula(_:salt:)` in Formula.swift."""
    mask = np.uint64(0xFFFFFFFF)
    x = (np.arange(count, dtype=np.uint64) + np.uint64(salt * 1_000_003)) & mask
    x = (x * np.uint64(2_654_435_761)) & mask
    x ^= x >> np.uint64(15)
    x = (x * np.uint64(2_246_822_519)) & mask
    x ^= x >> np.uint64(13)
    return (x.astype(np.float64) / 2.0**32 - 0.5).astype(np.float32)


def numbers(tensor) -> list[float]:
    """Nine significant digits of each number, which hold a single-precision one exactly."""
    return [float(f"{x:.9g}") for x in np.asarray(tensor, dtype=np.float64).reshape(-1)]
