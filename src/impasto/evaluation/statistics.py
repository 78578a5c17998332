"""What a table says: medians, two rows against each other, and metrics against the controls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from scipy.stats import binomtest

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.metric import Metric
from impasto.evaluation.table import CONTROLS, Table

CONFIDENCE = 0.95
CONTENT_UNCHANGED, STYLE_UNCHANGED, _ = CONTROLS


def medians(table: Table, style: str | None = None) -> dict[str, dict[str, float]]:
    """Return the median over all pairs, or those of one style, by row and metric.

    A metric without any number in a row is left out there.
    """
    found: dict[str, dict[str, list[float]]] = {row: {} for row in table.rows}
    for cell in table.cells:
        if style is None or cell.style == style:
            for metric, value in cell.scores.items():
                found[cell.row].setdefault(metric, []).append(value)
    return {
        row: {metric: median(values) for metric, values in scores.items()}
        for row, scores in found.items()
    }


def style_medians(table: Table) -> dict[str, dict[str, dict[str, float]]]:
    """Return the medians over the photos by style, row and metric: the painting explains most."""
    return {style: medians(table, style) for style in dict.fromkeys(c.style for c in table.cells)}


@dataclass(frozen=True)
class Comparison:
    """Two rows on one metric, pair by pair.

    `wins` and `losses` count the pairs on which the first row has the better or the worse number;
    `ties` are dropped. `p` is that of the exact two-sided sign test. [`low`, `high`] is the 95 %
    interval of Clopper and Pearson for the share of pairs that the first row wins.
    """

    metric: str
    row: str
    other: str
    wins: int
    losses: int
    ties: int
    p: float
    low: float
    high: float

    @property
    def sentence(self) -> str:
        """Say it in words."""
        dropped = f", {self.ties} tied and left out" if self.ties else ""
        return (
            f"{self.row} is ahead of {self.other} in {self.metric} on {self.wins} of "
            f"{self.wins + self.losses} pairs{dropped} (sign test p = {self.p:.3g}; 95 % interval "
            f"of the share {self.low:.2f} to {self.high:.2f})"
        )


def compare_rows(table: Table, metric: str, row: str, other: str) -> Comparison:
    """Compare two rows on the pairs for which both have a number.

    Without any such pair that differs, p is 1 and the interval is [0, 1].
    """
    one, two = table.scores(row, metric), table.scores(other, metric)
    pairs = [pair for pair in one if pair in two]
    wins = sum(METRICS[metric].is_better(one[pair], two[pair]) for pair in pairs)
    losses = sum(METRICS[metric].is_better(two[pair], one[pair]) for pair in pairs)
    p, low, high = 1.0, 0.0, 1.0
    if wins + losses:
        test = binomtest(wins, wins + losses)
        interval = test.proportion_ci(CONFIDENCE, method="exact")
        p, low, high = float(test.pvalue), float(interval.low), float(interval.high)
    ties = len(pairs) - wins - losses
    return Comparison(metric, row, other, wins, losses, ties, p, low, high)


@dataclass(frozen=True)
class ControlCheck:
    """Whether a metric tells the methods from the controls.

    In order is a method between the two controls: for a style metric `style unchanged` has the best
    number and `content unchanged` the worst, for a content metric the other way round. `misplaced`
    are the methods whose median is not in order; of `pictures` of all methods, `disordered` are not
    in order on their own pair. `sentence` is empty where nothing is wrong.
    """

    metric: str
    misplaced: tuple[str, ...]
    pictures: int
    disordered: int
    sentence: str


def check_controls(table: Table) -> dict[str, ControlCheck]:
    """Check every metric that has numbers in the table, by name.

    Medians are those over the pairs for which a method and both controls have a number.
    """
    scored = {metric for cell in table.cells for metric in cell.scores}
    return {name: _check(table, metric) for name, metric in METRICS.items() if name in scored}


def _check(table: Table, metric: Metric) -> ControlCheck:
    first, last = _ends(metric)
    misplaced: list[str] = []
    faults: list[str] = []
    pictures = disordered = 0
    for row in (row for row in table.rows if row not in CONTROLS):
        triples = list(_triples(table, metric, row))
        pictures += len(triples)
        disordered += sum(not _in_order(metric, triple) for triple in triples)
        middle = [median(values) for values in zip(*triples, strict=True)]
        if middle and not _in_order(metric, middle):
            misplaced.append(row)
            faults.append(
                f"its median of {row} is {middle[1]:.4g}, and not between {middle[0]:.4g} of "
                f"{first} and {middle[2]:.4g} of {last}"
            )
    if not pictures:
        faults.append("there is no pair with a number of a method and of both controls")
    if disordered:
        faults.append(f"{disordered} of {pictures} pictures are out of order on their own pair")
    verdict = "fails on the controls" if pictures else "can't be checked"
    sentence = f"{metric.name} {verdict}: {'; '.join(faults)}" if faults else ""
    return ControlCheck(metric.name, tuple(misplaced), pictures, disordered, sentence)


def _ends(metric: Metric) -> tuple[str, str]:
    """Return the controls that a metric has to put first and last."""
    if metric.subject == "style":
        return STYLE_UNCHANGED, CONTENT_UNCHANGED
    return CONTENT_UNCHANGED, STYLE_UNCHANGED


def _triples(table: Table, metric: Metric, row: str) -> Iterator[tuple[float, float, float]]:
    """Yield, pair by pair, the numbers of the first control, of a row and of the last control."""
    first, last = (table.scores(control, metric.name) for control in _ends(metric))
    for pair, value in table.scores(row, metric.name).items():
        if pair in first and pair in last:
            yield first[pair], value, last[pair]


def _in_order(metric: Metric, values: Sequence[float]) -> bool:
    first, value, last = values
    return metric.is_better(first, value) and metric.is_better(value, last)
