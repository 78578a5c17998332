"""The photorealistic method: a cascade, then a smoothing that fits in."""

from dataclasses import replace

import pytest
import torch

from impasto.contracts import Inputs, Style
from impasto.images.smoothing import matting_need, smooth_by_guiding, smooth_by_matting
from impasto.methods import photo_wct
from impasto.methods.photo_wct import MATTED
from impasto.methods.photo_wct_settings import PhotoWCT

SMALL = PhotoWCT(size=64, decoder="random", precision="float32", levels=(2, 1))


def picture(seed, h=48, w=64):
    return torch.rand(1, 3, h, w, generator=torch.Generator().manual_seed(seed))


INPUTS = Inputs(picture(0), (Style(picture(1)),))


def steps_of(settings, inputs=INPUTS, **options):
    return list(settings.run(inputs, rng=torch.Generator(), **options))


@pytest.mark.parametrize(
    ("smoothing", "smooth"), [("matting", smooth_by_matting), ("guided", smooth_by_guiding)]
)
def test_the_last_step_smooths_what_the_cascade_painted(smoothing, smooth):
    *_, painted = steps_of(replace(SMALL, smoothing="none"))
    steps = steps_of(replace(SMALL, smoothing=smoothing))
    assert [step.index for step in steps] == [1, 2, 3] and steps[-1].last
    assert steps[-1].stage == "smoothing"
    assert torch.equal(steps[-2].image, painted.image)
    assert torch.equal(steps[-1].image, smooth(painted.image, INPUTS.content))


def test_one_that_was_stopped_before_the_smoothing_only_smooths():
    steps = steps_of(SMALL)
    state = {name: each.clone() for name, each in steps[-2].state().items()}
    (last,) = steps_of(SMALL, resume=state)
    assert last.last and torch.equal(last.image, steps[-1].image)
    assert steps_of(SMALL, resume=last.state()) == []


def test_auto_matts_what_is_small_and_fits(monkeypatch):
    done = []
    for name in ("smooth_by_matting", "smooth_by_guiding"):
        monkeypatch.setattr(
            photo_wct, name, lambda painted, photo, name=name: done.append(name) or painted
        )
    steps_of(SMALL)
    steps_of(SMALL, memory=300_000_000)
    monkeypatch.setattr(photo_wct, "MATTED", 100)
    steps_of(SMALL)
    assert done == ["smooth_by_matting", "smooth_by_guiding", "smooth_by_guiding"]


def test_the_plan_counts_what_matting_needs():
    large = Inputs(picture(2, 384, 512), INPUTS.styles)
    (with_it,) = replace(SMALL, size=512).plan(large)
    (without,) = replace(SMALL, size=512, smoothing="none").plan(large)
    assert MATTED > 384 * 512
    assert with_it.evaluations == without.evaluations + 1
    assert with_it.memory >= matting_need((384, 512)) > without.memory / 2
