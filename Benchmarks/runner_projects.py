"""The same work written down for Assay, DVC, Snakemake and redun, for Benchmarks/runner.py."""
import json
import os
import pathlib
import struct
import subprocess

#: Variables that keep the tools from checking for updates online.
QUIET = {"DVC_NO_ANALYTICS": "1", "DO_NOT_TRACK": "1"}


def stages(folder, count):
    """`count` independent stages, each `cp in.txt` to a file of its own, in every tool's words."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    (folder / "out").mkdir()
    (folder / "in.txt").write_text("x")
    (folder / "pipeline.json").write_text(json.dumps({
        "assay": 1, "name": f"copies-{count}",
        "stages": {
            f"copy-{i}": {"uses": "command", "with": {"argv": ["cp", "in.txt", f"{{outputs.files}}/{i}.txt"]}}
            for i in range(count)
        }}, indent=1))
    (folder / "dvc.yaml").write_text("stages:\n" + "".join(
        f"  copy-{i}:\n    cmd: cp in.txt out/{i}.txt\n    deps: [in.txt]\n    outs: [out/{i}.txt]\n"
        for i in range(count)))
    (folder / "Snakefile").write_text(
        f"rule all:\n    input: expand('out/{{i}}.txt', i=range({count}))\n"
        "rule copy:\n    input: 'in.txt'\n    output: 'out/{i}.txt'\n    shell: 'cp {input} {output}'\n")
    (folder / "workflow.py").write_text(
        "import subprocess\nfrom redun import File, task\n\nredun_namespace = 'bench'\n\n\n"
        "@task()\ndef copy(source: File, i: int) -> File:\n"
        "    subprocess.check_call(['cp', source.path, f'out/{i}.txt'])\n    return File(f'out/{i}.txt')\n\n\n"
        f"@task()\ndef main():\n    return [copy(File('in.txt'), i) for i in range({count})]\n")
    return folder


def bitmap(edge):
    """A BMP of random pixels, 24 bits a pixel."""
    row = (edge * 3 + 3) // 4 * 4
    pixels = os.urandom(row * edge)
    return struct.pack(
        "<2sIHHIIiiHHIIiiII", b"BM", 54 + len(pixels), 0, 0, 54, 40, edge, edge, 1, 24, 0, len(pixels),
        2835, 2835, 0, 0) + pixels


def images(folder, count, edge):
    """`count` square images in five classes, a thousand to a folder; and a pipeline that ingests them."""
    folder = pathlib.Path(folder)
    for i in range(count):
        place = folder / "data" / f"class-{i // 1000 % 5}" / f"{i // 1000:03d}"
        if i % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"{i}.bmp").write_bytes(bitmap(edge))
    (folder / "pipeline.json").write_text(json.dumps({
        "assay": 1, "name": f"images-{count}",
        "stages": {"images": {"uses": "ingest/image-folder", "with": {"root": "data"}}}}))
    return folder


def counting(folder):
    """One stage that takes in all files below data, in the peers' words."""
    (folder / "dvc.yaml").write_text(
        "stages:\n  count:\n    cmd: find data -type f | wc -l > n.txt\n    deps: [data]\n    outs: [n.txt]\n")
    (folder / "Snakefile").write_text(
        "import glob\nrule count:\n    input: sorted(glob.glob('data/*/*/*.bmp'))\n    output: 'count.txt'\n"
        "    run:\n        open(output[0], 'w').write(str(len(input)))\n")
    (folder / "workflow.py").write_text(
        "from redun import task\nfrom redun.file import ContentFileSet, FileSet\n\nredun_namespace = 'bench'\n\n\n"
        "@task()\ndef count(files):\n    return len(list(files))\n\n\n"
        "@task()\ndef times():\n    return count(FileSet('data/*/*/*.bmp'))\n\n\n"
        "@task()\ndef content():\n    return count(ContentFileSet('data/*/*/*.bmp'))\n")


def large(folder, size):
    """One file of random bytes, and a pipeline that names it."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    with open(folder / "large.bin", "wb") as file:
        for _ in range(size >> 24):
            file.write(os.urandom(1 << 24))
    (folder / "pipeline.json").write_text(json.dumps({
        "assay": 1, "name": "large",
        "stages": {"count": {"uses": "command", "with": {"argv": ["wc", "-c", "large.bin"]}}}}))
    return folder


def dvc_project(dvc, folder):
    """Makes a folder a DVC project; DVC wants a git repository around it."""
    for command in (
            ["git", "init", "-q"], [dvc, "init", "-q"], [dvc, "config", "core.analytics", "false"],
            [dvc, "config", "core.check_update", "false"]):
        subprocess.run(command, cwd=folder, check=True, env=os.environ | QUIET)
