"""What Markdown and HTML say in the same words."""

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.statistics import JOINT

LEGEND = (
    "↑: higher is better; ↓: lower is better. Bold is the best of the methods, where they have "
    "numbers of the same pairs; a number with (11 of 12) behind it is of 11 of 12 pairs. A score "
    "means something only between those of the controls, which nobody worked for."
)

MARKS = (
    "† marks what recipes optimize themselves: a good number there proves little. ‡ marks a metric "
    "that fails on the controls."
)

STYLES = (
    "Medians over the photos. Which painting it is explains more of a score than anything else."
)

IDENTITY = (
    "Each method was given one painting as photo and as style: the ideal picture is the painting."
)

SETS = (
    "All pictures of a row together, with the networks that define these metrics. Numbers of sets "
    "of another size can't be compared with them."
)


def joint(reference: str) -> str:
    """Say what is counted of several metrics at once."""
    names = {
        subject: [name for name in JOINT if METRICS[name].subject == subject]
        for subject in ("style", "content")
    }
    return (
        f"On how many pairs {reference} is ahead in {' and '.join(names['style'])} at equal or "
        f"better {' and '.join(names['content'])}, all at once; and on how many the other is."
    )


def tests(reference: str) -> str:
    """Say what the sign tests count."""
    return (
        f"For how many paintings each method is ahead of {reference}, by the median difference "
        "over the painting's pairs, which are no independent trials; then the 95 % interval of "
        "that share and p of the two-sided sign test. At most one in twenty is below 0.05 by "
        "chance alone."
    )
