"""Whether the metrics of a table tell its methods from the controls.

In order is a method whose median lies between those of two controls: for a style metric `style
unchanged` has the better number and `content unchanged` the worse one, for a content metric the
other way round. A metric that has methods out of order fails. But a method that is out of order
nearly everywhere, as noise is, says something about itself and nothing about metrics.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from impasto.evaluation.metric import Metric
from impasto.evaluation.numbers import write_numbers
from impasto.evaluation.statistics import scored
from impasto.evaluation.table import CONTROLS, Table

CONTENT_UNCHANGED, STYLE_UNCHANGED, _ = CONTROLS
GOALS = (("style", "painting", "photo"), ("content", "photo", "painting"))
"""What metrics judge, what a picture has to come near to for it, and what is farthest from that."""


@dataclass(frozen=True)
class Verdict:
    """What the controls say, in sentences for the reader.

    `failing` are the metrics that fail, by name. `beyond` are the methods by which no metric is
    judged. `unchecked` says which metrics there is nothing to judge by, and `singles` how many
    single pictures are out of order; both are empty where there are none.
    """

    failing: Mapping[str, str]
    beyond: Mapping[str, str]
    unchecked: str
    singles: str


def check_controls(table: Table) -> Verdict:
    """Judge methods by the metrics that have numbers in a table, and these by the other methods."""
    metrics = scored(table.cells)
    placed = [found for metric in metrics for found in _place(table, metric)]
    beyond = _beyond(placed)
    judges = {
        metric.name: [p for p in placed if p.metric is metric and p.row not in beyond]
        for metric in metrics
    }
    faults = {
        name: "; ".join(p.describe() for p in each if not p.in_order)
        for name, each in judges.items()
    }
    return Verdict(
        {name: f"{name} fails on the controls: {why}" for name, why in faults.items() if why},
        beyond,
        _unchecked([name for name, each in judges.items() if not each]),
        _singles(judges),
    )


@dataclass(frozen=True)
class _Placed:
    """A method between the controls of a metric.

    `medians` are those of the control that has to be best, of the method, and of the control that
    has to be worst, over the `pairs` for which all three have a number. On `disordered` of these
    the method's own number is out of order.
    """

    metric: Metric
    row: str
    medians: tuple[float, float, float]
    pairs: int
    disordered: int

    @property
    def in_order(self) -> bool:
        return _in_order(self.metric, self.medians)

    @property
    def is_worst(self) -> bool:
        """Whether it is no better than what has to be worst."""
        return not self.metric.is_better(self.medians[1], self.medians[2])

    def describe(self) -> str:
        best, own, worst = (number.text for number in write_numbers(self.medians))
        first, last = _ends(self.metric)
        return (
            f"its median of {self.row} is {own}, and not between {best} of {first} and {worst} of "
            f"{last}"
        )


def _place(table: Table, metric: Metric) -> Iterator[_Placed]:
    """Yield where the methods are that share pairs with both controls."""
    best, worst = (table.scores(control, metric.name) for control in _ends(metric))
    for row in table.methods:
        own = table.scores(row, metric.name)
        triples = [(best[p], own[p], worst[p]) for p in own if p in best and p in worst]
        if triples:
            first, middle, last = (median(values) for values in zip(*triples, strict=True))
            disordered = sum(not _in_order(metric, triple) for triple in triples)
            yield _Placed(metric, row, (first, middle, last), len(triples), disordered)


def _beyond(placed: Sequence[_Placed]) -> dict[str, str]:
    """Return the methods that most metrics of style, or of content, put behind the last control.

    More than one metric has to say so: of a single one, nobody knows whether it is at fault.
    """
    found: dict[str, str] = {}
    for row in dict.fromkeys(each.row for each in placed):
        for subject, goal, other in GOALS:
            judged = [p for p in placed if p.row == row and p.metric.subject == subject]
            worst = [p for p in judged if p.is_worst]
            if len(worst) > max(1, len(judged) / 2):
                found[row] = (
                    f"{row} lies beyond {_ends(worst[0].metric)[1]} in {len(worst)} of "
                    f"{len(judged)} {subject} metrics: it is no nearer to the {goal} than the "
                    f"unchanged {other}; metrics are judged without it"
                )
                break
    return found


def _unchecked(names: Sequence[str]) -> str:
    if not names:
        return ""
    return (
        f"{', '.join(names)} can't be checked on the controls: there is no pair with numbers of "
        "both controls and of a method to judge by"
    )


def _singles(placed: Mapping[str, Sequence[_Placed]]) -> str:
    counts = {
        name: (sum(p.disordered for p in each), sum(p.pairs for p in each))
        for name, each in placed.items()
    }
    found = [f"{name} {wrong} of {all_}" for name, (wrong, all_) in counts.items() if wrong]
    if not found:
        return ""
    return (
        "a metric that holds by its medians may not hold on a single picture; out of order with "
        f"the controls of their own pair are: {', '.join(found)}"
    )


def _ends(metric: Metric) -> tuple[str, str]:
    """Return the controls that a metric has to put first and last."""
    if metric.subject == "style":
        return STYLE_UNCHANGED, CONTENT_UNCHANGED
    return CONTENT_UNCHANGED, STYLE_UNCHANGED


def _in_order(metric: Metric, values: tuple[float, float, float]) -> bool:
    first, value, last = values
    return metric.is_better(first, value) and metric.is_better(value, last)
