r"""Run any program that saves a picture again and again, and record that picture's loss over time.

The program is given as a command; it is watched, not asked. Every version of the picture that it
saves is set aside with its time, and judged only after the program ended, so that judging costs it
nothing. The loss is that of neural-style (content 5 at relu4_2, style 100 at relu1_1 to relu5_1, no
total variation) with VGG-16, in float32, of the 8-bit picture. Time counts from the start of the
process.

    python benchmarks/time_to_loss.py --content photo.jpg --style painting.jpg --picture out.png \
        -- neural-style-program photo.jpg painting.jpg -o out.png
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from impasto import Inputs, Style, load_image
from impasto.images.picture import ImageError
from impasto.methods.gatys import make_loss
from impasto.methods.gatys_settings import Gatys
from impasto.networks.encoder import load_encoder

POLL = 0.05  # seconds between two looks at the file


def watch(command: Sequence[str], picture: Path, kept: Path) -> list[tuple[float, Path]]:
    """Run the command; return the time in seconds and a copy of each version of its picture."""
    if picture.exists():
        raise SystemExit(f"{picture} is there already; name one that only the command makes")
    versions: list[tuple[float, Path]] = []
    seen, began = None, time.monotonic()
    process = subprocess.Popen(command, stdout=sys.stderr)
    running = True
    while running:
        running = process.poll() is None
        elapsed = time.monotonic() - began
        if picture.exists() and (stamp := picture.stat().st_mtime_ns) != seen:
            seen, copy = stamp, kept / f"{len(versions):05d}{picture.suffix}"
            copy.write_bytes(picture.read_bytes())
            versions.append((elapsed, copy))
        time.sleep(POLL)
    if process.returncode:
        raise SystemExit(f"the command ended with {process.returncode}: {' '.join(command)}")
    return versions


def judge(versions: list[tuple[float, Path]], content: str, style: str) -> list[dict[str, Any]]:
    """Return time and loss of each version; one that was caught half-written is left out."""
    encoder = load_encoder("vgg16", dtype=torch.float32)
    inputs = Inputs(load_image(content), (Style(load_image(style)),))
    losses: dict[tuple[int, int], Any] = {}
    course: list[dict[str, Any]] = []
    for seconds, path in versions:
        try:
            image = load_image(path)
        except ImageError:
            continue
        size = (image.shape[-2], image.shape[-1])
        if size not in losses:
            losses[size] = make_loss(Gatys(size=max(size)), encoder, inputs, size)
        with torch.no_grad():
            terms = {name: term.item() for name, term in losses[size](image).items()}
        record = {"seconds": round(seconds, 2), "size": list(size), "loss": sum(terms.values())}
        course.append({**record, **terms})
    return course


def measure(command: Sequence[str], picture: str, content: str, style: str) -> list[dict[str, Any]]:
    """Run the command and return the course of its picture's loss."""
    with tempfile.TemporaryDirectory() as folder:
        return judge(watch(command, Path(picture), Path(folder)), content, style)


def main(words: Sequence[str] | None = None) -> None:
    """Measure one command and print its course as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--content", required=True)
    parser.add_argument("--style", required=True)
    parser.add_argument("--picture", required=True, help="the file that the command saves")
    parser.add_argument("--json", help="where to write the course; default: standard output")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command")
    arguments = parser.parse_args(words)
    own = arguments.command[:1] == ["--"]  # a later one is the command's
    command = arguments.command[1:] if own else arguments.command
    if not command:
        parser.error("there is no command; expected one after --")
    course = measure(command, arguments.picture, arguments.content, arguments.style)
    text = json.dumps(course, indent=1)
    if arguments.json:
        Path(arguments.json).write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
