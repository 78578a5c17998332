import json

import pytest
import torch
from share import convolutions, grams, main

from impasto import RECIPES
from impasto.networks.lean import Kernel


def test_the_operations_are_those_of_a_vgg():
    """A pixel costs 287,424 products forth, counted by hand from the layers' shapes."""
    settings = RECIPES["standard"].method
    layers = convolutions(settings, 64, torch.float32)
    assert len(layers) == 11
    assert all(isinstance(layer.kernel, Kernel) for layer in layers)
    assert sum(layer.operations for layer in layers) == 2 * 2 * 287_424 * 64 * 64
    assert grams(settings, 64) == 2 * 2 * 17_408 * 64 * 64


def test_shares_are_written_with_the_machine(tmp_path, capfd):
    path = tmp_path / "share.json"
    main(["--sides", "64", "--turns", "3", "--json", str(path)])
    record = json.loads(path.read_text())
    assert record["machine"]["processor"]
    assert [each["arithmetic"] for each in record["measured"]] == ["bfloat16", "float32"]
    for each in record["measured"]:
        assert each["share"] > 0
        assert each["share"] == pytest.approx(each["shares"][1])
    assert "bfloat16, 64 x 64: share " in capfd.readouterr().out
