"""The first draws of a random stream, computed apart from Assay: python3 random_stream.py"""

import hashlib

MASK = (1 << 64) - 1


def stream(seed, kind, sample, purpose):
    text = "\x1f".join([str(seed), kind, sample, purpose])
    state = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def below(draws, count):
    while True:
        product = next(draws) * count
        if product & MASK >= (1 << 64) % count:
            return product >> 64


for arguments in [(17, "augment", "cell-1", "flip"), (0, "", "", "")]:
    draws = stream(*arguments)
    print(arguments, [hex(next(draws)) for _ in range(4)])
draws = stream(17, "augment", "cell-1", "flip")
print([repr((next(draws) >> 11) * 2.0**-53) for _ in range(3)])
draws = stream(17, "augment", "cell-1", "flip")
print([below(draws, 10) for _ in range(10)])
