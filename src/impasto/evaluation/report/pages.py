"""Pages that are one file: templates filled, everything escaped, pictures inside, no other source.

A page forbids itself to load anything: its Content Security Policy allows pictures that are in it,
its styles, and one script, by hash. Whatever a picture's file is called, it stays text.
"""

import base64
import hashlib
import math
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from impasto.evaluation.report import words
from impasto.evaluation.table import CONTROLS
from impasto.images.embed import Embedded, embed
from impasto.images.picture import ImageError
from impasto.images.read import load_image

BUDGET = 11_000_000
"""Bytes of all pictures of a page together. In the letters of a data URI that is 15 MB, which a
phone still opens and most mailboxes take."""

GENERATOR = '<meta name="generator" content="impasto">'
"""What tells a page of ours from others."""

LEAST_SIDE = 96  # pixels, below which nobody sees anything


def render(template: str, script: str = "", **values: Any) -> str:
    """Fill a template; `script` is the name of the one that it may run."""
    source = _source(script) if script else ""
    page = _environment().get_template(template)
    return page.render(
        style=_source("style.css"),
        script=source,
        policy=_policy(source),
        generator=GENERATOR,
        words=words,
        control_names=CONTROLS,
        **values,
    )


def embed_all(paths: Iterable[Path], side: int, quality: int) -> Mapping[Path, Embedded]:
    """Return pictures for a page, smaller where they would exceed BUDGET together.

    A file that is gone or damaged is left out.
    """
    wanted = tuple(dict.fromkeys(paths))
    while True:
        found = {path: picture for path in wanted if (picture := _embed(path, side, quality))}
        total = sum(len(picture.uri) for picture in found.values()) * 3 // 4
        if total <= BUDGET or side <= LEAST_SIDE:
            return found
        # Bytes grow a little slower than pixels, hence one step more than the root says.
        side = max(LEAST_SIDE, math.floor(0.95 * side * math.sqrt(BUDGET / total)))


def _embed(path: Path, side: int, quality: int) -> Embedded | None:
    try:
        return embed(load_image(path), side, quality)
    except ImageError:
        return None


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("impasto.evaluation.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _source(name: str) -> str:
    return (files("impasto.evaluation.report") / "templates" / name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"'sha256-{digest}'" if script else "'none'"
    return f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {allowed}"
