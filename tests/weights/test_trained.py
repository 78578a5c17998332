"""Networks that were trained here: by name, by file, and what tells one from another."""

import pytest
import torch

from impasto.cli.weights import list_weights, verify_weights
from impasto.job import configure, network_digest
from impasto.registry import unlisted_recipe
from impasto.weights import trained
from impasto.weights.format import write_weights
from impasto.weights.store import RANDOM, WeightsError, weights_digest

ABOUT = {"kind": "decoder", "license": "CC0-1.0", "architecture": "vgg16"}


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A network of one number that ships as "mine", and its file."""
    monkeypatch.setattr(trained, "SHIPPED", tmp_path)
    monkeypatch.setattr(trained, "TRAINED", {"mine": "for trials"})
    path = tmp_path / "mine.safetensors"
    write_weights(path, {"x": torch.ones(1, dtype=torch.float16)}, ABOUT)
    return path


def test_a_name_or_a_file(shipped):
    weights, about = trained.load_trained("mine", "decoder")
    assert weights["x"].dtype == torch.float32 and about["license"] == "CC0-1.0"
    assert trained.load_trained(str(shipped), "decoder")[1] == about


def test_another_kind_is_refused(shipped):
    with pytest.raises(WeightsError, match="of the kind 'decoder'; expected 'painters'"):
        trained.load_trained("mine", "painters")


def test_what_is_not_there_is_refused(shipped):
    with pytest.raises(WeightsError, match=r"'other'; expected one of .*mine, or a file"):
        trained.trained_path("other")


def test_digests_tell_networks_apart(shipped):
    recipe = unlisted_recipe("own", "wct")

    def digest(name):
        return network_digest(configure(recipe, {"decoder": name})[0])

    before = digest("mine")
    assert before == digest(str(shipped)) == trained.trained_digest("mine")
    assert digest(RANDOM) == weights_digest(RANDOM)
    write_weights(shipped, {"x": torch.zeros(1)}, ABOUT)
    assert digest("mine") != before


def test_they_are_listed_and_verified(shipped, capsys):
    list_weights()
    assert "mine               comes with impasto; CC0-1.0; for trials" in capsys.readouterr().out
    verify_weights(("mine",))
    assert f"mine: {shipped} is undamaged" in capsys.readouterr().out
    damaged = bytearray(shipped.read_bytes())
    damaged[-1] ^= 1
    shipped.write_bytes(damaged)
    with pytest.raises(WeightsError, match="is damaged"):
        verify_weights(("mine",))
