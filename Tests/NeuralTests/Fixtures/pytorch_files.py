"""Writes pytorch/: small files by torch.save and safetensors, and expected.json: the bytes of the
single-precision numbers that PyTorch reads from each, or another file that holds the same.

Run in this folder: python pytorch_files.py
"""

import collections
import json
import os
import zipfile
import zlib

import torch
import torch.nn as nn
from formula import formula
from safetensors.torch import save_file

FOLDER = "pytorch"
os.makedirs(FOLDER, exist_ok=True)
expected = {}


def tensor(*shape, salt=1):
    count = torch.Size(shape).numel()
    return torch.from_numpy(formula(count, salt)).float().reshape(shape).clone()


def bits(state):
    """What is to be read: whole numbers are passed over, a prefix of all names is taken off."""
    parallel = all(name.startswith("module.") for name in state)
    return {
        name.removeprefix("module.") if parallel else name: {
            "shape": list(value.shape),
            "bits": value.detach().float().contiguous().numpy().astype("<f4").tobytes().hex(),
        }
        for name, value in state.items() if value.is_floating_point()
    }


def expect(name, *path):
    """Takes the numbers that PyTorch reads from the dictionary at a path in a file."""
    state = torch.load(f"{FOLDER}/{name}", weights_only=False)
    for key in path:
        state = state[key]
    expected[name] = bits(state)
    for other in expected:
        if other != name and expected[other] == expected[name]:
            expected[name] = other


def save(name, value, *path, **options):
    torch.save(value, f"{FOLDER}/{name}", **options)
    expect(name, *path)


def rewritten(source, target, leave_out=(), change=None, limit=zipfile.ZIP64_LIMIT,
              method=zipfile.ZIP_STORED):
    """The members of a file in an archive by Python, with 64-bit fields for sizes over `limit`."""
    zipfile.ZIP64_LIMIT = limit
    with zipfile.ZipFile(f"{FOLDER}/{source}") as old, \
            zipfile.ZipFile(f"{FOLDER}/{target}", "w", method) as new:
        for entry in old.infolist():
            short = entry.filename.split("/", 1)[1]
            if short not in leave_out:
                new.writestr(zipfile.ZipInfo(entry.filename), (change or {}).get(
                    short, old.read(entry)), method)
    zipfile.ZIP64_LIMIT = (1 << 31) - 1


SPECIAL = [0.0, -0.0, 1.0, -1.5, 0.1, 65504.0, 6e-8, -6.1e-5, 3.0e-39, float("inf"), -float("inf")]

# A network's own state dictionary: an OrderedDict with metadata and a count of batches.
network = nn.Sequential(nn.Conv2d(3, 2, 3, bias=False), nn.BatchNorm2d(2))
state = network.state_dict()
for salt, value in enumerate(state.values()):
    if value.is_floating_point():
        value.copy_(tensor(*value.shape, salt=salt + 1))
network[1].running_var.abs_()
save("network.pth", state)

types = collections.OrderedDict(
    single=torch.tensor(SPECIAL), double=torch.tensor(
        SPECIAL + [1 / 3, 1 + 2**-24, 1 + 3 * 2**-24, 1e300, 1e-50], dtype=torch.float64),
    half=torch.tensor(SPECIAL, dtype=torch.float16),
    bfloat16=torch.tensor(SPECIAL + [3e38, 1e-40], dtype=torch.bfloat16),
    number=torch.tensor(7.5), empty=torch.empty(0, 4),
    int64=torch.arange(3), int32=torch.arange(3, dtype=torch.int32),
    int16=torch.arange(3, dtype=torch.int16), int8=torch.arange(3, dtype=torch.int8),
    uint8=torch.arange(3, dtype=torch.uint8), boolean=torch.tensor([True, False]))
save("types.pt", types)
save_file(types, f"{FOLDER}/types.safetensors")
expected["types.safetensors"] = bits(types)

base = tensor(6, 8)
views = {
    "base": base, "again": base, "part": base[2:4, 3:], "steps": base[::2, 1::3], "turned": base.t(),
    "column": base[:, 5], "spread": base[0, 0].expand(2, 3), "nothing": base[:, 8:],
    "diagonal": base.as_strided((4, 3), (9, 2), 5), "one": base[5:, 7:],
    "last": tensor(2, 3, 4, 5, salt=2).to(memory_format=torch.channels_last),
    "parameter": nn.Parameter(tensor(3, salt=3)), "half": tensor(4, 4, salt=4).half().t(),
    "windows": tensor(9, salt=5).double().unfold(0, 4, 2), "naïve \"name\"": tensor(1, salt=6),
}
save("views.pth", views)
save("protocol5.pth", views, pickle_protocol=5)

# What training scripts write.
optimiser = torch.optim.Adam(network.parameters())
network.eval()(torch.zeros(1, 3, 4, 6)).sum().backward()
optimiser.step()
state = nn.DataParallel(network).state_dict()
save("checkpoint.pth", {
    "epoch": 3, "arch": "resnet", "model": "resnet", "state_dict": state, "best": 0.93,
    "optimizer": optimiser.state_dict(), "seed": 2**64 - 1, 7: "seven",
    "more": [-5, 70_000, -2**40, None, True, (1, 2, 3, 4)]}, "state_dict")
save("model.pth", {"model": {"state_dict": state}, "lr": (1e-3,)}, "model", "state_dict",
     pickle_protocol=4)

# Other archives of the same members.
rewritten("network.pth", "zip64.pth", limit=-1)
rewritten("network.pth", "oldest.pth", leave_out=(
    "byteorder", ".format_version", ".storage_alignment", ".data/serialization_id"))
torch.serialization.set_crc32_options(False)
save("unsummed.pth", network.state_dict())
torch.serialization.set_crc32_options(True)
expect("zip64.pth")
expect("oldest.pth")

# What is refused.
torch.save({"a": tensor(2)}, f"{FOLDER}/small.pth")
rewritten("small.pth", "deflated.pth", method=zipfile.ZIP_DEFLATED)
rewritten("small.pth", "big.pth", change={"byteorder": b"big"})
os.remove(f"{FOLDER}/small.pth")
torch.save(nn.ReLU(), f"{FOLDER}/module.pth")
torch.save({"a": tensor(2)}, f"{FOLDER}/legacy.pth", _use_new_zipfile_serialization=False)
os.truncate(f"{FOLDER}/legacy.pth", 64)  # Behind it stands an address that changes.
torch.save({"a": torch.eye(2).to_sparse()}, f"{FOLDER}/sparse.pth")
torch.save({"a": torch._neg_view(tensor(2))}, f"{FOLDER}/negated.pth")
torch.save({"a": torch.ones(2, dtype=torch.complex64)}, f"{FOLDER}/complex.pth")
torch.save([tensor(2)], f"{FOLDER}/list.pth")

# The sum over all halves as single numbers, with zeros for what is no number.
halves = torch.arange(-2**15, 2**15).to(torch.int16).roll(2**15).view(torch.float16).float()
sums = {"halves": zlib.crc32(halves.nan_to_num(0, torch.inf, -torch.inf).numpy().tobytes())}

with open(f"{FOLDER}/expected.json", "w") as file:
    json.dump({"files": expected, "sums": sums}, file, separators=(",", ":"))
    file.write("\n")
