"""What a table says of its methods: medians, one row against another, several metrics at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from scipy.stats import binomtest

from impasto.choices import DEFAULT_RECIPE
from impasto.evaluation.catalog import METRICS
from impasto.evaluation.metric import Metric
from impasto.evaluation.table import Cell, Table

CONFIDENCE = 0.95

FEWEST = 6
"""Paintings of a sign test: of five, p is 0.06 even if one row wins them all."""

JOINT = ("ms-ssim", "sliced-wasserstein", "random-filter")
"""The metrics in which a method has to be ahead at once: how much of the photo is left, as people
see it, and how near the painting's statistics are, once with VGG and once without. A single one
can be bought with the others."""


def scored(cells: Iterable[Cell]) -> list[Metric]:
    """Return the metrics of which there is at least one number, in the order of the catalog."""
    names = {name for cell in cells for name in cell.scores}
    return [metric for name, metric in METRICS.items() if name in names]


def asked(cells: Iterable[Cell]) -> list[Metric]:
    """Return the metrics that have a number or say why they have none, in the same order."""
    names = {name for cell in cells for name in (*cell.scores, *cell.refusals)}
    return [metric for name, metric in METRICS.items() if name in names]


def medians(table: Table) -> dict[str, dict[str, float]]:
    """Return the median over the pairs that have a number, by row and metric.

    A metric without any number in a row is left out there.
    """
    names = [metric.name for metric in scored(table.cells)]
    scores = {row: {name: table.scores(row, name) for name in names} for row in table.rows}
    return {
        row: {name: median(found.values()) for name, found in each.items() if found}
        for row, each in scores.items()
    }


def reference(table: Table) -> str:
    """Return the method that others are compared with: the default recipe, or else the first."""
    return DEFAULT_RECIPE if DEFAULT_RECIPE in table.methods else table.methods[0]


@dataclass(frozen=True)
class Comparison:
    """Two rows on one metric, painting by painting.

    Pairs with the same painting are no independent trials, so that each painting counts once, by
    the median difference over its pairs. `wins` and `losses` count the paintings for which the
    first row has the better or the worse numbers; `ties` are dropped. `p` is that of the exact
    two-sided sign test. [`low`, `high`] is the 95 % interval of Clopper and Pearson for the share
    of paintings that the first row wins.
    """

    wins: int
    losses: int
    ties: int
    p: float
    low: float
    high: float

    @property
    def share(self) -> str:
        """The paintings that the first row wins, in words."""
        return f"{self.wins} of {self.wins + self.losses}"

    @property
    def certainty(self) -> str:
        """Interval and p, in words."""
        return f"{self.low:.2f} to {self.high:.2f}, p {self.p:.2g}"


def compare_rows(table: Table, metric: Metric, row: str, other: str) -> Comparison:
    """Compare two rows on the pairs for which both have a number.

    Without any painting for which they differ, p is 1 and the interval is [0, 1].
    """
    one, two = table.scores(row, metric.name), table.scores(other, metric.name)
    differences: dict[str, list[float]] = {}
    for content, style in one:
        if (content, style) in two:
            difference = one[content, style] - two[content, style]
            differences.setdefault(style, []).append(difference)
    middles = [median(each) for each in differences.values()]
    wins = sum(metric.is_better(middle, 0) for middle in middles)
    losses = sum(metric.is_better(0, middle) for middle in middles)
    p, low, high = 1.0, 0.0, 1.0
    if wins + losses:
        test = binomtest(wins, wins + losses)
        interval = test.proportion_ci(CONFIDENCE, method="exact")
        p, low, high = float(test.pvalue), float(interval.low), float(interval.high)
    return Comparison(wins, losses, len(middles) - wins - losses, p, low, high)


@dataclass(frozen=True)
class JointCount:
    """On how many pairs a row is `ahead` of another in all of JOINT at once, or `behind` in all.

    Ahead is what has the better numbers of style and no worse one of content. `pairs` are those for
    which both rows have all numbers.
    """

    row: str
    other: str
    ahead: int
    behind: int
    pairs: int


def joint_counts(table: Table) -> tuple[JointCount, ...]:
    """Count for the reference against every other method that shares a pair with it."""
    if not table.methods:
        return ()
    first = reference(table)
    counts = (_joint(table, first, other) for other in table.methods if other != first)
    return tuple(each for each in counts if each.pairs)


def _joint(table: Table, row: str, other: str) -> JointCount:
    scores = [(METRICS[name], table.scores(row, name), table.scores(other, name)) for name in JOINT]
    pairs = [p for p in table.pairs if all(p in one and p in two for _, one, two in scores)]
    ahead = [all(_leads(metric, one[p], two[p]) for metric, one, two in scores) for p in pairs]
    behind = [all(_leads(metric, two[p], one[p]) for metric, one, two in scores) for p in pairs]
    return JointCount(row, other, sum(ahead), sum(behind), len(pairs))


def _leads(metric: Metric, one: float, other: float) -> bool:
    return metric.is_better(one, other) or (metric.subject == "content" and one == other)
