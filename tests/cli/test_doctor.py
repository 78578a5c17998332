"""`impasto doctor`: what this machine can do, and whether all is well."""

import json

import pytest
import torch

from impasto.cli.doctor import work
from impasto.networks.trial import Trial, try_convolution
from impasto.weights.table import TABLE, WeightsError
from impasto.weights.trained import TRAINED

CPU = torch.device("cpu")


@pytest.fixture
def trials(monkeypatch):
    """What a convolution reaches, by arithmetic, instead of timing one."""
    found = {torch.bfloat16: Trial(2e11, 2e-3), torch.float32: Trial(1e11, 1e-6)}
    monkeypatch.setattr(work, "try_convolution", lambda dtype, device: found[dtype])
    return found


def test_all_is_well(impasto):
    code, out, err = impasto("doctor")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[-1] == "all in all  all is well"
    assert any(line.startswith("versions    impasto ") for line in lines)
    assert any("vgg16: here, undamaged" in line for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_as_json(impasto, trials):
    code, out, _ = impasto("doctor", "--json", "--threads", "1")
    found = json.loads(out)
    assert code == 0
    assert found["problems"] == []
    assert found["threads"] == 1
    assert found["arithmetic"]["bfloat16"] == {"rate": 2e11, "error": 2e-3}
    assert 0 < found["memory"]["planned_bytes"] < found["memory"]["free_bytes"]
    assert set(found["networks"]) == {*TABLE, *TRAINED}


@pytest.mark.parametrize("error", [0.3, float("nan")])
@pytest.mark.parametrize("wrong, other", [(torch.bfloat16, "float32"), (torch.float32, "bfloat16")])
def test_a_machine_that_computes_wrongly(impasto, trials, wrong, other, error):
    trials[wrong] = Trial(1e11, error)
    code, out, _ = impasto("doctor")
    assert code == 1
    assert f"use --precision {other}, or another version of torch" in out.splitlines()[-1]


def test_a_damaged_network(impasto, trials, monkeypatch):
    def verify(name):
        raise WeightsError("its tensors have another SHA-256")

    monkeypatch.setattr("impasto.weights.store.verify", verify)
    code, out, _ = impasto("doctor")
    assert code == 1
    assert "vgg16 is damaged: its tensors have another SHA-256" in out


def test_a_network_of_ours_that_is_gone_is_a_problem(impasto, trials, monkeypatch, tmp_path):
    monkeypatch.setattr("impasto.weights.store.SHIPPED", tmp_path)
    code, out, _ = impasto("doctor")
    assert code == 1
    assert "vgg16 is damaged: " in out.splitlines()[-1]
    assert "vgg19: not here (`impasto weights fetch` gets it)" in out


def test_a_processor_without_bfloat16(impasto, trials, monkeypatch):
    monkeypatch.setattr("impasto.networks.precision.UNITS", {})
    _, out, _ = impasto("doctor")
    assert "arithmetic  float32; units for bfloat16 in the processor: none" in out


def test_errors_of_arithmetic():
    assert try_convolution(torch.float64, CPU).error == 0
    assert 1e-8 < try_convolution(torch.float32, CPU).error < 1e-5
    assert 5e-4 < try_convolution(torch.bfloat16, CPU).error < 1e-2


def test_the_rate_is_that_of_the_time(monkeypatch):
    """A clock that moves on by a tenth of a second whenever it is asked."""
    ticks = iter(range(1000))
    monkeypatch.setattr("time.perf_counter", lambda: next(ticks) / 10)
    operations = 2 * 9 * 256 * 256 * 64 * 64  # a product and a sum for each weight and place
    assert try_convolution(torch.float32, CPU).rate == pytest.approx(10 * operations)
