"""What is freed goes back to the system, or is kept for what is asked for next."""

import subprocess
import sys

import pytest

from impasto import heap

needs_glibc = pytest.mark.skipif(
    heap.libc is None, reason="only the GNU C library of Linux can keep or give back what was freed"
)

FAULTS = """
import resource, sys, torch
from impasto.heap import give_back, kept
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def work():
    torch.ones(2**24).sum()
    give_back()
def new():
    before = faults()
    work()
    return faults() - before
work()
given = new()
with kept(2**28):
    for _ in range(20):
        work()
    held = sum(new() for _ in range(10))
print(given, held, new())
"""


@needs_glibc
def test_what_is_kept_costs_no_new_pages():
    """A process of its own: others' memory counts too. At first a few more are needed."""
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, check=True)
    given, held, after = map(int, done.stdout.split())
    assert given > 1000 and after > 1000  # of 64 MiB, in pages of 4 KiB or larger ones
    assert held < given


def test_the_last_one_gives_it_back(monkeypatch):
    """Of two at a time the more careful one counts; an error gives it back as well."""
    asked, thresholds = [], {}

    class Library:
        def malloc_trim(self, left):
            asked.append(left)

        def mallopt(self, threshold, size):
            thresholds[threshold] = size

    monkeypatch.setattr(heap, "libc", Library())
    with pytest.raises(KeyError), heap.kept(2**28):
        with heap.kept(2**27), heap.kept(0):
            heap.give_back()
            assert thresholds[heap.MMAP_THRESHOLD] == 2**27
        heap.give_back()
        assert not asked
        assert thresholds == {heap.MMAP_THRESHOLD: 2**28, heap.TRIM_THRESHOLD: heap.MOST}
        raise KeyError
    assert asked == [0]
    assert max(thresholds.values()) < 2**28
    heap.give_back()
    assert asked == [0, 0]
    with heap.kept(2**28):
        heap.give_back(also_kept=True)
        assert asked == [0, 0, 0]


def test_a_system_that_cant(monkeypatch):
    monkeypatch.setattr(heap, "libc", None)
    with heap.kept(2**28):
        heap.give_back()
    heap.give_back()
