"""The coarse-to-fine plan: which sizes, in which order."""

LEAST = 16
"""The shortest side that is worth a scale of its own: one position of a VGG's fifth block."""


def scale_sizes(size: tuple[int, int], scales: int, step: float) -> list[tuple[int, int]]:
    """Return `scales` sizes (h, w), each `step` times the one before, ending with `size`.

    Scales whose shorter side would be under `LEAST` are left out, so that the list may be shorter;
    the last one never is.
    """
    h, w = size
    plan = [
        (max(1, round(h / step**power)), max(1, round(w / step**power)))
        for power in reversed(range(scales))
    ]
    return [each for each in plan[:-1] if min(each) >= LEAST] + [size]
