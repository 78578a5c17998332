"""What Markdown and HTML say in the same words."""

from collections.abc import Collection, Iterable

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.report.lines import Line
from impasto.evaluation.statistics import FEWEST, JOINT
from impasto.evaluation.table import CONTROLS

ARROWS = {"higher": "↑", "lower": "↓"}

CONTROL_WORDS = (
    f"A score means something only between those of the controls, which nobody worked for: "
    f"{CONTROLS[0]} is the photo, {CONTROLS[1]} is the painting, {CONTROLS[2]} is the photo with "
    "the painting's histograms of red, green and blue."
)

ORIGINALS = (
    "A score means something only between those of the photo and of the painting, which nobody "
    "worked for."
)

STYLES = (
    "Medians over the photos of each painting: what number is a good one depends on the painting."
)

IDENTITY = (
    "Each method was given one painting as photo and as style: the ideal picture is the painting, "
    "with 100 as psnr and 1 as ssim. A psnr of 40 is an error of 1 % of the range of a pixel, 30 "
    "of 3 %, 20 of 10 % (root mean square)."
)

SETS = (
    "All pictures of a row together, with the networks that define these metrics. Numbers of sets "
    "of another size can't be compared with them."
)


def legend(lines: Iterable[Line], controls: str = CONTROL_WORDS) -> str:
    """Explain the signs that are in a table, and what its controls are for."""
    lines = tuple(lines)
    judged = [line for line in lines if line.metric]
    said = {
        "↑: higher is better; ↓: lower is better.": bool(judged),
        "Bold is the best of the methods' medians, where they are of the same pairs; on single "
        "pairs another method may be better.": any(
            number.best for line in lines for number in line.numbers
        ),
        "Behind a number stands of how many pairs it is, where these are not all.": any(
            line.partial for line in lines
        ),
        "† marks what recipes optimize themselves: a good number there proves little.": any(
            line.metric.optimized for line in judged if line.metric
        ),
        "‡ marks a metric that fails on the controls: none of its numbers is called the best.": any(
            line.failing for line in lines
        ),
        controls: True,
    }
    return " ".join(sentence for sentence, there in said.items() if there)


def joint(reference: str, failing: Collection[str]) -> str:
    """Say what is counted of several metrics at once, and which of these fail."""
    names = {
        subject: [name for name in JOINT if METRICS[name].subject == subject]
        for subject in ("style", "content")
    }
    return (
        f"On how many pairs {reference} is ahead in {' and '.join(names['style'])} at equal or "
        f"better {' and '.join(names['content'])}, all at once; and on how many the other is."
        + (f" Of these {', '.join(failing)} ‡ here." if failing else "")
    )


def no_joint(reference: str) -> str:
    """Say why nothing is counted of several metrics at once."""
    return (
        f"Nobody is counted as ahead of {reference} in several metrics at once, or behind it: on "
        f"no pair does it have numbers of {', '.join(JOINT)} beside those of another method."
    )


def tests(reference: str, paintings: int) -> str:
    """Say what the sign tests count, or why there are none."""
    if paintings < FEWEST:
        return (
            f"No sign tests: they need {FEWEST} paintings, and there "
            f"{'is 1' if paintings == 1 else f'are {paintings}'}. With fewer, p is above 0.05 "
            "whatever the numbers are."
        )
    return (
        f"For how many paintings each method is ahead of {reference}, by the median difference "
        "over the painting's pairs, which are no independent trials; then the 95 % interval of "
        "that share and p of the two-sided sign test. At most one in twenty is below 0.05 by "
        "chance alone."
    )
