"""A summary as Markdown: for a repository, where numbers are compared with those of before."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from impasto.evaluation.numbers import NOTHING, Number
from impasto.evaluation.report import words
from impasto.evaluation.report.lines import Line
from impasto.evaluation.report.summary import Grid, SignLine, SignTests, Summary
from impasto.evaluation.statistics import Comparison
from impasto.evaluation.table import CONTROLS

PICTURES = "The pictures are in report.html."


def to_markdown(summary: Summary, about: Mapping[str, Any]) -> str:
    """Return the text of report.md."""
    parts = [
        f"# {plain(summary.title)}",
        PICTURES,
        "## Medians",
        plain(summary.legend),
        _grid(summary.medians, "metric"),
        "## Metrics that fail on the controls",
        _list(summary.failing) or "None.",
    ]
    if summary.tests:
        parts += _tests(summary.tests)
    if summary.styles:
        parts += ["## By painting", words.STYLES]
    for grid in summary.styles:
        parts += [f"### {plain(grid.caption)}", _grid(grid, "painting")]
    if summary.identity:
        parts += ["## Identity test", words.IDENTITY, _grid(summary.identity, "metric")]
    if summary.sets:
        parts += ["## Sets", words.SETS, _grid(summary.sets, "metric")]
    if summary.notes:
        parts += ["## Notes", _list(summary.notes)]
    parts += ["## How it was made", _list(f"{key}: {value}" for key, value in flatten(about))]
    return "\n\n".join(parts) + "\n"


def flatten(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is short enough to read; settings of recipes and hashes stay in table.json."""
    short: list[tuple[str, str]] = []
    for key, value in about.items():
        if isinstance(value, list | tuple):
            value = ", ".join(map(str, value))
        if not isinstance(value, Mapping):
            short.append((key, str(value)))
        elif all(isinstance(part, str | int | float) for part in value.values()):
            named = key not in ("contents", "styles")
            text = ", ".join(f"{name} {part}" if named else name for name, part in value.items())
            short.append((key, text))
    return [(key, text) for key, text in short if text]


def plain(text: str) -> str:
    """Return text that Markdown takes as it is, in one line."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", " ".join(text.split()))


def _grid(grid: Grid, first: str) -> str:
    head = [first, *(f"*{plain(c)}*" if c in CONTROLS else plain(c) for c in grid.columns)]
    lines: list[list[str]] = []
    for title, group in grid.groups.items():
        if title and len(grid.groups) > 1:
            lines.append([f"*{title}*", *([""] * len(grid.columns))])
        lines += [[_name(line), *map(_number, line.numbers)] for line in group]
    return _table(head, lines)


def _name(line: Line) -> str:
    if line.metric is None or line.metric.name != line.name:  # a cost, or a painting
        return plain(line.name)
    return f"{plain(line.name)}{_marks(line)} {words.ARROWS[line.metric.better]}"


def _marks(line: Line | SignLine) -> str:
    optimized = line.metric is not None and line.metric.optimized
    return ("†" if optimized else "") + ("‡" if line.failing else "")


def _number(number: Number) -> str:
    return f"**{number.text}**" if number.best else number.text


def _tests(tests: SignTests) -> list[str]:
    first = plain(tests.reference)
    parts = [f"## Against {first}"]
    if tests.joint:
        heads = ["method", f"{first} is ahead", "the other is ahead"]
        counts = [
            [plain(c.other), f"{c.ahead} of {c.pairs}", f"{c.behind} of {c.pairs}"]
            for c in tests.joint
        ]
        parts += [plain(words.joint(tests.reference, tests.failing)), _table(heads, counts)]
    else:
        parts.append(plain(words.no_joint(tests.reference)))
    parts.append(plain(words.tests(tests.reference, tests.paintings)))
    lines = [
        [f"{plain(line.metric.name)}{_marks(line)}", *map(_comparison, line.comparisons)]
        for line in tests.lines
    ]
    return [*parts, _table(["metric", *map(plain, tests.others)], lines)] if lines else parts


def _comparison(found: Comparison) -> str:
    return f"{found.share} ({found.certainty})" if found.wins + found.losses else NOTHING


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rules = [":--", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *lines))


def _list(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {plain(sentence)}" for sentence in sentences)
