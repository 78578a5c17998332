"""One picture in, its scores out."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

import torch

from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.evaluation.catalog import METRICS
from impasto.evaluation.metric import Metric
from impasto.images.picture import check_image
from impasto.images.resize import fit, resize, size_of

LARGEST = 1024
"""Pixels of the longer side at which a larger picture is measured: the memory that the features of
VGG-16 take grows with the area."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Scores:
    """Numbers by metric, and for metrics without one the sentence that says why."""

    numbers: dict[str, float]
    refusals: dict[str, str]


def find_metrics(names: Sequence[str]) -> tuple[Metric, ...]:
    """Return metrics by name, each once and in the order of the tables; all of them for no name.

    Raises:
        ValueError: there is no such metric; the message names the nearest.
    """
    for name in names:
        if name not in METRICS:
            family = [known for known in METRICS if name.split("-")[0] in known]
            near = family or get_close_matches(name, METRICS, cutoff=0.5) or list(METRICS)
            raise ImpastoError(f"{name!r} is not a metric; expected one of {', '.join(near)}")
    return tuple(metric for metric in METRICS.values() if not names or metric.name in names)


def at_most(image: Image, side: int = LARGEST) -> Image:
    """Return an image whose longer side is at most `side` pixels."""
    size = size_of(image)
    return resize(image, fit(size, side)) if max(size) > side else image


def measure(output: Image, content: Image, style: Image, metrics: Sequence[Metric]) -> Scores:
    """Score an output, (1, 3, h, w) in [0, 1], at its own size or at LARGEST if it is larger.

    A metric that refuses these pictures doesn't keep the others from their numbers.

    Raises:
        ImageError: a picture isn't one.
    """
    output = at_most(check_image(output, "the output"))
    content, style = check_image(content, "the content"), check_image(style, "the style")
    # Once for all metrics: photo and painting at the sizes at which they are compared.
    content = resize(content, size_of(output))
    style = resize(style, fit(size_of(style), max(size_of(output))))

    def ask(metric: Metric) -> float | str:
        try:
            return metric(output, content, style)
        except ImpastoError as refusal:
            return str(refusal)

    names = [metric.name for metric in metrics]
    answers = dict(zip(names, _at_once(ask, metrics), strict=True))
    return Scores(
        {name: answer for name, answer in answers.items() if not isinstance(answer, str)},
        {name: answer for name, answer in answers.items() if isinstance(answer, str)},
    )


def _at_once(ask: Callable[[Metric], Answer], metrics: Sequence[Metric]) -> list[Answer]:
    """Ask several metrics at a time: sorting and small matrices keep one processor busy only."""
    pool = ThreadPoolExecutor(torch.get_num_threads())
    try:
        return list(pool.map(ask, metrics))
    finally:
        pool.shutdown(cancel_futures=True)  # after Ctrl-C nobody waits for those that are left
