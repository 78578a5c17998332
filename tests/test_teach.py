"""A training in a folder goes on where it stopped, and its weights can be used."""

import csv
import json
import shutil
from dataclasses import replace
from itertools import islice

import pytest
import torch

from impasto.errors import ImpastoError
from impasto.images.read import load_image
from impasto.teach import teach
from impasto.training.loop import Plan
from impasto.weights.format import read_weights

PLAN = Plan(12, batch=2, learning_rate=0.05, warmup=1, average=0.5, interval=4)


class Line:
    """A straight line is to be learned."""

    def __init__(self):
        torch.manual_seed(0)
        self.network = torch.nn.Linear(1, 1)

    def example(self, rng):
        x = torch.rand(1, 1, generator=rng)
        return x, 2 * x + 1

    def held_out(self):
        x = torch.linspace(0, 1, 5).unsqueeze(1)
        return [(x, 2 * x + 1)]

    def losses(self, network, batch):
        return {"error": (network(batch[0]) - batch[1]).square().mean()}

    def show(self, network):
        with torch.no_grad():
            return network(torch.linspace(0, 1, 4).unsqueeze(1)).sigmoid().expand(1, 3, 4, 4)


def run(folder, *, plan=PLAN, steps=None, every=0.0, **recipe):
    taught = teach(
        Line(),
        plan,
        folder,
        recipe={"lesson": "line", **recipe},
        metadata={"license": "CC0-1.0"},
        every=every,
    )
    found = list(islice(taught, steps))
    taught.close()
    return found


def rows(folder):
    with (folder / "losses.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_was_learned_lies_in_the_folder(tmp_path):
    steps = run(tmp_path / "a")
    assert len(steps) == 12
    weights, about = read_weights(tmp_path / "a" / "weights.safetensors")
    assert {each.dtype for each in weights.values()} == {torch.float16}
    assert about["license"] == "CC0-1.0"
    assert about["steps"] == "12"
    assert json.loads(about["recipe"])["learning_rate"] == 0.05
    found = rows(tmp_path / "a")
    assert [int(row["steps"]) for row in found] == [4, 8, 12]
    assert float(found[-1]["held out"]) == pytest.approx(steps[-1].losses["held out"].item())
    assert load_image(tmp_path / "a" / "sheet.png").shape == (1, 3, 4, 4)
    assert {each.name for each in (tmp_path / "a").iterdir()} == {
        *("checkpoint", "losses.csv", "sheet.png", "weights.safetensors")
    }


@pytest.mark.parametrize(("stop", "every", "first"), [(1, 0, 2), (5, 0, 6), (8, 0, 9), (7, 1e9, 8)])
def test_it_goes_on_bit_for_bit(tmp_path, stop, every, first):
    run(tmp_path / "whole")
    run(tmp_path / "parts", steps=stop, every=every)
    assert run(tmp_path / "parts")[0].index == first
    whole, parts = (
        read_weights(tmp_path / name / "weights.safetensors")[0] for name in ("whole", "parts")
    )
    assert all(torch.equal(whole[name], parts[name]) for name in whole)
    found, wanted = (
        [(row["steps"], row["held out"]) for row in rows(tmp_path / name)]
        for name in ("parts", "whole")
    )
    assert found == wanted


def test_one_that_was_killed_goes_on_after_its_last_checkpoint(tmp_path):
    run(tmp_path / "whole")
    taught = teach(Line(), PLAN, tmp_path / "one", recipe={}, metadata={}, every=1e9)
    list(islice(taught, 7))
    shutil.copytree(tmp_path / "one", tmp_path / "parts")  # while it is still at work
    taught.close()
    taught = teach(Line(), PLAN, tmp_path / "parts", recipe={}, metadata={}, every=1e9)
    assert next(taught).index == 5
    list(taught)
    whole, parts = (
        read_weights(tmp_path / name / "weights.safetensors")[0] for name in ("whole", "parts")
    )
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_rows_after_the_last_checkpoint_are_replaced(tmp_path):
    run(tmp_path, steps=5)
    earlier = (tmp_path / "checkpoint").read_bytes()
    run(tmp_path)
    (tmp_path / "checkpoint").write_bytes(earlier)  # as if the rest had been lost
    run(tmp_path)
    assert [int(row["steps"]) for row in rows(tmp_path)] == [4, 8, 12]


def test_another_training_is_refused(tmp_path):
    run(tmp_path, steps=5)
    with pytest.raises(ImpastoError, match="holds another training: photos was None and is others"):
        run(tmp_path, photos="others")
    with pytest.raises(ImpastoError, match=r"learning_rate was 0\.05 and is 0\.01"):
        run(tmp_path, plan=replace(PLAN, learning_rate=0.01))


def test_it_can_go_on_for_longer_than_was_planned(tmp_path):
    run(tmp_path)
    assert [step.index for step in run(tmp_path, plan=replace(PLAN, steps=14))] == [13, 14]


def test_only_better_weights_are_kept(tmp_path):
    run(tmp_path, plan=Plan(4, batch=2, learning_rate=0.05, warmup=1, average=0.5, interval=2))
    before = (tmp_path / "weights.safetensors").read_bytes()
    (tmp_path / "checkpoint").unlink()
    worse = Plan(8, batch=2, learning_rate=50.0, warmup=1, average=0.0, interval=2)
    run(tmp_path, plan=worse)
    _, about = read_weights(tmp_path / "weights.safetensors")
    held_out = [float(row["held out"]) for row in rows(tmp_path)]
    assert float(about["held_out"]) == pytest.approx(min(held_out), rel=1e-5)
    assert (tmp_path / "weights.safetensors").read_bytes() != before


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ImpastoError, match="can't be made"):
        run(tmp_path / "file" / "folder")
