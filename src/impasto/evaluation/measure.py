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
from impasto.evaluation.sets import SET_METRICS
from impasto.evaluation.views import comparable

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
            raise ImpastoError(_unknown(name))
    return tuple(metric for metric in METRICS.values() if not names or metric.name in names)


def _unknown(name: str) -> str:
    lower = name.lower()
    if lower in SET_METRICS:
        return (
            f"{name!r} is measured of whole sets, when the networks that it needs are named "
            f"({', '.join(f'--network {each}=FILE' for each in SET_METRICS[lower].networks)}); "
            "expected metrics of single pictures; leave it out"
        )
    family = [known for known in METRICS if lower.split("-")[0] in known]
    near = family or get_close_matches(lower, METRICS, cutoff=0.5) or list(METRICS)
    expected = [lower] if lower in METRICS else near
    return f"{name!r} is not a metric; expected one of {', '.join(expected)}"


def measure(output: Image, content: Image, style: Image, metrics: Sequence[Metric]) -> Scores:
    """Score an output, (1, 3, h, w) in [0, 1], at its own size or at LARGEST if it is larger.

    A metric that refuses these pictures doesn't keep the others from their numbers.

    Raises:
        ImageError: a picture isn't one.
    """
    # Once for all metrics: photo and painting at the sizes at which they are compared.
    pictures = comparable(output, content, style)

    def ask(metric: Metric) -> float | str:
        try:
            return metric(*pictures)
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
