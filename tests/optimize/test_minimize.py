"""The loop never ends in a ruined picture, and goes on where it stopped."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from impasto.methods.gatys import make_solver
from impasto.methods.gatys_settings import Gatys
from impasto.optimize.canvas import Canvas
from impasto.optimize.minimize import Outcome, Schedule, minimize
from impasto.optimize.solver import Solver

START = torch.full((1, 3, 8, 8), 0.5)
GOAL = torch.linspace(0.2, 0.8, 192).view(1, 3, 8, 8)


def solver_of(name: str, **changes) -> Solver:
    """An optimizer with the method's own numbers, but for `changes`."""
    return replace(make_solver(Gatys()), name=name, **changes)


SOLVERS = {
    "lbfgs": solver_of("lbfgs"),
    "lbfgs-plain": solver_of("lbfgs-plain"),
    "adam": solver_of("adam", learning_rate=0.02),
    "sgd": solver_of("sgd", learning_rate=0.5),
}


def distance(image: Tensor) -> dict[str, Tensor]:
    return {"distance": (image - GOAL).square().sum()}


def of_image(objective):
    """An objective that looks at the image and not at the numbers that it's made of."""
    return lambda numbers, develop: objective(develop(numbers))


def outcome(steps) -> tuple[list, Outcome]:
    """Exhaust a generator and catch what it returns."""
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as stop:
            return seen, stop.value


def drive(objective, solver: Solver, iterations: int = 60, start: Tensor = START, **options):
    canvas = Canvas(options.pop("parameterization", "logits"), options.pop("pixel_range", 1.0))
    schedule = Schedule(iterations, **options)
    steps = minimize(of_image(objective), start, canvas=canvas, solver=solver, schedule=schedule)
    return outcome(steps)


@pytest.mark.parametrize("parameterization", ["logits", "clamped", "pixels", "normalized"])
@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
def test_every_optimizer_finds_the_picture(solver: Solver, parameterization: str):
    steps, (image, *_) = drive(distance, solver, 200, parameterization=parameterization)
    first = distance(START)["distance"]
    assert distance(image)["distance"] < 0.05 * first
    assert len(steps) == 200
    assert [step.index for step in steps] == list(range(1, 201))


def test_the_loss_reported_is_that_of_the_picture():
    steps, (image, *_) = drive(distance, SOLVERS["lbfgs"], 15)
    assert torch.equal(steps[-1].losses["distance"], distance(image)["distance"])


def test_the_loss_reported_never_rises():
    steps, _ = drive(distance, SOLVERS["adam"], 80)
    losses = [step.losses["distance"].item() for step in steps]
    assert losses == sorted(losses, reverse=True)


def test_pictures_out_of_gamut_are_judged_in_gamut():
    """The goal lies outside: what is kept is the best picture that can be saved."""

    def far(image: Tensor) -> dict[str, Tensor]:
        return {"distance": (image - 3.0).square().mean()}

    steps, (image, *_) = drive(far, SOLVERS["adam"], 100, parameterization="pixels")
    assert image.min() >= 0
    assert image.max() <= 1
    assert steps[-1].losses["distance"].item() == pytest.approx(4.0)


def test_the_start_is_a_candidate():
    """An objective that every step makes worse ends where it began."""

    def lying(image: Tensor) -> dict[str, Tensor]:
        away = (image - START).square().sum()
        return {"distance": 1 + away.detach() + (image - image.detach()).sum()}

    for name, solver in SOLVERS.items():
        _, (image, *_) = drive(lying, solver, 120)
        assert torch.allclose(image, START, atol=1e-6), name


def explosive(image: Tensor) -> dict[str, Tensor]:
    """A steep wall close to the start, with a NaN behind it."""
    error = (image - GOAL).square().sum()
    wall = torch.where((image - START).abs().max() > 0.25, math.nan, 0.0)
    return {"distance": error + wall}


@pytest.mark.parametrize("name", ["lbfgs-plain", "adam", "sgd"])
def test_starts_again_after_a_nan(name: str):
    wild = solver_of(name, learning_rate=3.0)
    steps, (image, *_) = drive(explosive, wild, 60, parameterization="pixels")
    assert image.isfinite().all()
    assert explosive(image)["distance"] <= explosive(START)["distance"]
    assert any("starting again" in step.note for step in steps)


def test_line_search_survives_a_nan():
    wild = solver_of("lbfgs", first_step=5.0)
    _, (image, *_) = drive(explosive, wild, 60, parameterization="pixels")
    assert explosive(image)["distance"] < explosive(START)["distance"]


def test_divergence_is_noticed():
    wild = solver_of("sgd", learning_rate=1.3)  # above 1 the iterates of this bowl grow without end
    steps, (image, *_) = drive(distance, wild, 80, parameterization="pixels")
    assert distance(image)["distance"] <= distance(START)["distance"]
    assert any("starting again" in step.note for step in steps)


def test_a_picture_that_only_gets_worse_in_gamut_is_noticed():
    """The loss falls, but outside of the gamut, where no picture can follow."""

    def tempting(image: Tensor) -> dict[str, Tensor]:
        inside = image.clamp(0, 1)
        outside = (image - inside).abs().mean()
        saved = 1 + 20 * (inside - START).square().mean()
        value = torch.where(outside > 0, 1 / (1 + outside), saved).detach()
        return {"distance": value - (image.mean() - image.mean().detach())}

    steps, (image, *_) = drive(tempting, SOLVERS["adam"], 200, parameterization="pixels")
    assert any("stays 2 times worse than the best: starting" in step.note for step in steps)
    assert tempting(image)["distance"] < 1.1
    steps, _ = drive(tempting, SOLVERS["adam"], 100, parameterization="pixels")
    assert not any(step.note for step in steps), "it is not noticed at a glance"


@pytest.mark.parametrize("goal", [GOAL, GOAL + 3], ids=["in gamut", "out of gamut"])
@pytest.mark.parametrize("name", SOLVERS)
def test_a_negative_loss_is_no_trouble(name: str, goal: Tensor):
    def negative(image: Tensor) -> dict[str, Tensor]:
        return {"distance": (image - goal).square().sum() - 10_000}

    steps, (image, *_) = drive(negative, SOLVERS[name], 200, parameterization="pixels")
    assert not any(step.note for step in steps)
    assert (image - goal.clamp(0, 1)).abs().max() < 0.02


def test_gives_up_when_nothing_helps():
    def hopeless(image: Tensor) -> dict[str, Tensor]:
        hole = torch.where((image - START).abs().max() > 1e-12, math.nan, 0.0)
        return {"distance": (image - GOAL).square().sum() + hole}

    steps, (image, *_) = drive(hopeless, SOLVERS["adam"], 60, parameterization="pixels")
    assert torch.equal(image, START)
    assert steps[-1].note.endswith("stopped: the best picture is kept")
    assert steps[-1].last


def test_what_was_given_up_stays_so_when_resumed():
    """Not a NaN more: the state says that it is over."""

    def hopeless(image: Tensor) -> dict[str, Tensor]:
        hole = torch.where((image - START).abs().max() > 1e-12, math.nan, 0.0)
        return {"distance": (image - GOAL).square().sum() + hole}

    parts = {"canvas": Canvas("pixels", 1.0), "solver": SOLVERS["adam"], "schedule": Schedule(60)}
    steps, _ = outcome(minimize(of_image(hopeless), START, **parts))
    resumed, (image, *_) = outcome(
        minimize(of_image(hopeless), START, resume=steps[-1].state(), **parts)
    )
    assert [step.index for step in resumed] == [steps[-1].index]
    assert torch.equal(image, START)


def test_a_resumed_run_does_not_look_at_its_start():
    parts = {"canvas": Canvas("logits", 1.0), "solver": SOLVERS["lbfgs"], "schedule": Schedule(9)}
    state = None
    for step in minimize(of_image(distance), START, **parts):
        state = step.state() if step.index == 4 else state
    resumed = [
        outcome(minimize(of_image(distance), s, resume=state, **parts))[1] for s in (START, GOAL)
    ]
    assert torch.equal(resumed[0].image, resumed[1].image)


def test_the_schedules_note_comes_with_the_first_step_alone():
    steps, _ = drive(distance, SOLVERS["lbfgs"], 3, note="mind this")
    assert [step.note for step in steps] == ["mind this", "", ""]


def test_refuses_a_start_that_is_not_finite():
    def broken(image: Tensor) -> dict[str, Tensor]:
        return {"distance": image.sum() * math.inf}

    with pytest.raises(ValueError, match="before the first step"):
        drive(broken, SOLVERS["lbfgs"])


def test_stops_when_nothing_improves():
    steps, _ = drive(distance, SOLVERS["lbfgs"], 300, tolerance=1e-3, patience=10)
    assert len(steps) < 100
    assert "stopped early" in steps[-1].note


def test_evaluations_are_counted_and_what_an_early_stop_left_out_too():
    early = {"tolerance": 1.0, "patience": 2}
    steps, (_, _, evaluations) = drive(
        distance, SOLVERS["lbfgs"], 30, made=10, skipped=5, total=60, **early
    )
    assert evaluations == len(steps) == 3
    assert [step.index for step in steps] == [11, 12, 13]
    assert [step.skipped for step in steps] == [5, 5, 5 + 27]
    assert [step.place for step in steps] == [16, 17, 45]
    assert not any(step.last for step in steps)
    steps, _ = drive(distance, SOLVERS["lbfgs"], 30, made=10, skipped=20, total=60, **early)
    assert [step.last for step in steps] == [False, False, True]


@pytest.mark.parametrize("average", [0.0, 0.9])
@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("parameterization", ["logits", "pixels"])
def test_goes_on_bit_for_bit(name: str, parameterization: str, average: float):
    canvas, solver = Canvas(parameterization, 1.0), SOLVERS[name]
    schedule = Schedule(50, average=average)
    parts = {"canvas": canvas, "solver": solver, "schedule": schedule}
    whole, states = minimize(of_image(distance), START, **parts), []
    try:
        while True:
            step = next(whole)
            states.append(step.state())
    except StopIteration as stop:
        expected = stop.value.image
    for cut in (0, 7, 33):
        _, resumed = outcome(minimize(of_image(distance), START, resume=states[cut], **parts))
        assert torch.equal(resumed.image, expected), cut


def test_average_is_that_of_the_iterates():
    """Two steps of gradient descent by hand, averaged with the start."""
    solver = solver_of("sgd", learning_rate=0.1)
    steps, (image, *_) = drive(distance, solver, 2, parameterization="pixels", average=0.5)
    one = START - 0.1 * 2 * (START - GOAL)
    two = one - 0.1 * 2 * (one - GOAL)
    expected = (0.25 * START + 0.5 * one + two) / 1.75
    assert torch.allclose(image, expected, atol=1e-6)
    assert len(steps) == 2
