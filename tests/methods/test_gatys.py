"""The plan of a run and its count of evaluations."""

from dataclasses import replace

import pytest
import torch

from impasto import METHODS
from impasto.checkpoint import Checkpoint, read_checkpoint, save_checkpoint
from impasto.contracts import Inputs
from impasto.methods.gatys import shortest
from impasto.methods.gatys_settings import Gatys

SMALL = Gatys(
    size=48, scale_step=1.5, iterations=(9, 9), encoder="random", precision="float32", tv_weight=1.0
)


def steps_of(method: Gatys, inputs: Inputs, resume=None) -> list:
    return list(method.run(inputs, rng=torch.Generator().manual_seed(0), resume=resume))


@pytest.fixture
def early(inputs: Inputs) -> list:
    """Two scales of nine evaluations that each stop after three."""
    return steps_of(replace(SMALL, tolerance=1.0, patience=2), inputs)


def test_an_early_stop_does_not_count_what_was_not_done(early):
    assert [step.index for step in early] == [1, 2, 3, 4, 5, 6]
    assert [step.place for step in early] == [1, 2, 9, 10, 11, 18]
    assert [step.last for step in early] == [False] * 5 + [True]
    assert {step.total for step in early} == {18}


def test_a_resumed_run_counts_on(inputs: Inputs):
    method = replace(SMALL, tolerance=1.0, patience=2)
    run, states = method.run(inputs, rng=torch.Generator().manual_seed(0)), []
    for step in run:
        states.append(step.state())
        image = step.image.clone()
    for number, state in enumerate(states, start=1):
        resumed = steps_of(method, inputs, state)
        # A state at the end of a scale has nothing to do there but to say so.
        first = number if number in (3, 6) else number + 1
        assert [step.index for step in resumed] == list(range(first, 7))
        assert torch.equal(resumed[-1].image, image)
        assert resumed[-1].last


def test_scales_that_are_left_out_are_said_at_the_first_step(inputs: Inputs):
    method = replace(SMALL, size=48, scale_step=2.0, iterations=(5, 3, 2))
    steps = steps_of(method, inputs)
    assert [stage.evaluations for stage in method.plan(inputs)] == [3, 2] == [3, len(steps) - 3]
    said = "1 of 3 scales with 5 evaluations left out: a side would be under 16 pixels"
    assert [step.note for step in steps] == [said, "", "", "", ""]
    assert not any(step.note for step in steps_of(SMALL, inputs))


def test_reflection_leaves_out_scales_that_it_cannot_see(inputs: Inputs):
    """It needs two positions at the deepest layer: 32 pixels at relu5_1, not 16."""
    method = replace(SMALL, size=64, scale_step=2.0, iterations=(2, 2), padding="reflect")
    assert shortest(method) == 32
    assert [stage.size for stage in method.plan(inputs)] == [(46, 64)]
    steps = steps_of(method, inputs)
    assert "1 of 2 scales with 2 evaluations left out: a side would be under 32" in steps[0].note
    shallow = replace(method, style_layers={"relu3_1": 1.0}, content_layers={"relu3_1": 1.0})
    assert shortest(shallow) == 16
    assert len(steps_of(shallow, inputs)) == 4


@pytest.mark.parametrize("beta", [1.0, -0.1])
def test_a_moment_that_never_forgets_is_refused(beta):
    with pytest.raises(ValueError, match="betas is"):
        METHODS["gatys"](betas=(beta, 0.9))


def test_a_layer_that_the_network_lacks_is_named_before_the_run(inputs: Inputs):
    method = replace(SMALL, encoder="vgg16", style_layers={"relu3_4": 1.0})
    with pytest.raises(ValueError, match="'relu3_4' is not a layer of vgg16"):
        method.plan(inputs)
    assert replace(method, encoder="random").plan(inputs)  # which is a VGG-19


LARGE = replace(SMALL, size=600, iterations=(3,), tolerance=0.0)


def tile_of(inputs: Inputs, memory: int | None) -> int | None:
    (stage,) = LARGE.plan(inputs, memory=memory)
    return stage.tile


@pytest.fixture
def roomy(inputs: Inputs) -> int:
    """The memory that it needs in one."""
    (stage,) = LARGE.plan(inputs)
    return stage.memory


@pytest.mark.parametrize("before, now", [(1.0, 1.0), (1.0, 0.9), (0.9, 1.0)])
def test_a_resumed_run_keeps_its_tiles_unless_memory_is_short(inputs, roomy, before, now):
    rng = torch.Generator().manual_seed(0)
    run = LARGE.run(inputs, rng=rng, memory=int(before * roomy))
    state = next(run).state()
    assert int(state["tile"]) == (tile_of(inputs, int(before * roomy)) or 0)
    step = next(LARGE.run(inputs, rng=rng, resume=state, memory=int(now * roomy)))
    expected = tile_of(inputs, int(min(before, now) * roomy))
    assert int(step.state()["tile"]) == (expected or 0)
    assert (expected is None) == (before == now == 1.0)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("memory", [None, 1])
def test_the_shelf_changes_no_bit(inputs: Inputs, optimizer, memory, monkeypatch, tmp_path):
    """Also where a run goes on from a file that was written."""
    monkeypatch.setattr("impasto.methods.gatys_memory.LEAST_TILE", 16)
    changes = {"optimizer": optimizer, "iterations": (2, 3), "average": 0.9}
    method = replace(SMALL, learning_rate=0.5, **changes)

    def steps(resume=None):
        rng = torch.Generator().manual_seed(0)
        return method.run(inputs, rng=rng, memory=memory, resume=resume)

    expected = [step.image.clone() for step in steps()]
    monkeypatch.setattr("impasto.shelf.LARGE", 100)
    monkeypatch.setenv("IMPASTO_HOME", str(tmp_path))
    states = []
    for step, image in zip(steps(), expected, strict=True):
        assert torch.equal(step.image, image)
        states.append(step.state())
    save_checkpoint(
        tmp_path / "run", Checkpoint({"inputs": [], "settings": {}}, {}, 0, 3, states[2])
    )
    state = read_checkpoint(tmp_path / "run").state
    rest = zip(steps(state), expected[3:], strict=True)
    assert all(torch.equal(step.image, image) for step, image in rest)
