"""How much memory an evaluation needs: the peak of the process, at 256 and at 512 pixels."""

NETWORK = 100_000_000
"""Bytes, whatever the size: weights and what lies around them."""

ACTIVATIONS = 440
"""Numbers per pixel between the network's forward and backward pass."""

PICTURES = 1160
"""Bytes per pixel of the picture, its gradient, the best so far, and the loss in float32."""

PAIR = 24
"""Bytes per pixel of a step and a change that L-BFGS remembers."""

STATE = 72
"""Bytes per pixel of what a resume needs besides: point, gradient, direction, best and average."""

SEEN = 260
"""Numbers per pixel of a painting while it is looked at."""


def memory(
    size: tuple[int, int], paintings: list[tuple[int, int]], *, pairs: int, bytes_per_number: int
) -> int:
    """Return the bytes of one scale: sizes are (h, w), `pairs` those that the optimizer keeps."""
    looking = SEEN * bytes_per_number * sum(h * w for h, w in paintings)
    working = (ACTIVATIONS * bytes_per_number + PICTURES + PAIR * pairs) * size[0] * size[1]
    return NETWORK + max(looking, working)


def state_memory(size: tuple[int, int], *, pairs: int) -> int:
    """Return the bytes of a copy of all that a resume needs, at a size (h, w)."""
    return (STATE + PAIR * pairs) * size[0] * size[1]
