"""The coarse-to-fine plan: which sizes, in which order."""

from collections.abc import Sequence

from impasto.wording import count


def scale_sizes(
    size: tuple[int, int], scales: int, step: float, least: int
) -> list[tuple[int, int]]:
    """Return `scales` sizes (h, w), each `step` times the one before, ending with `size`.

    Scales whose shorter side would be under `least` pixels are left out, so that the list may be
    shorter; the last one never is.
    """
    h, w = size
    plan = [
        (max(1, round(h / step**power)), max(1, round(w / step**power)))
        for power in reversed(range(scales))
    ]
    return [each for each in plan[:-1] if min(each) >= least] + [size]


def left_out(iterations: Sequence[int], kept: int, least: int) -> str:
    """Say which scales are missing of those that were asked for, since their evaluations are too.

    `iterations` are the evaluations of all scales, the coarsest first, of which the last `kept`
    are there. Empty if none is missing.
    """
    missing = iterations[: len(iterations) - kept]
    if not missing:
        return ""
    return (
        f"{len(missing)} of {count(len(iterations), 'scale')} with "
        f"{count(sum(missing), 'evaluation')} left out: a side would be under "
        f"{count(least, 'pixel')}"
    )
