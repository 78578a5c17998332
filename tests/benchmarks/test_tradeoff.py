import json

import pytest
import tradeoff

from impasto.recipes import find_recipe


def test_one_point_for_each_weight_and_one_of_the_recipe_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(tradeoff, "WEIGHTS", (1.0, 1000.0))
    monkeypatch.setattr(tradeoff, "HEADLINES", ("sliced-wasserstein", "coverage"))
    words = [str(tmp_path / "work"), "--results", str(tmp_path), "--recipes", "draft"]
    words += ["--size", "48", "--threads", "1", "--photos", "cat", "--styles", "great_wave"]
    tradeoff.main(words)
    points = json.loads((tmp_path / "tradeoff.json").read_text())["points"]
    *controls, less, more, own = points
    assert [point["row"] for point in (less, more, own)] == ["draft 1", "draft 1000", "draft"]
    assert [point["style_weight"] for point in (less, more)] == [1, 1000]
    assert own["style_weight"] == find_recipe("draft").method.style_weight
    assert len(controls) == 3
    assert less["medians"]["vgg-content"] < more["medians"]["vgg-content"]
    assert less["medians"]["gram-relu3_1"] > more["medians"]["gram-relu3_1"]
    text = (tmp_path / "tradeoff.md").read_text().splitlines()
    assert len(text) == 2 + len(points)
    assert text[0] == "| recipe and style weight | sliced-wasserstein | coverage |"


def test_an_unasked_recipe(tmp_path):
    with pytest.raises(ValueError, match="'nosuch' is not a recipe"):
        tradeoff.main([str(tmp_path / "work"), "--results", str(tmp_path), "--recipes", "nosuch"])


def test_the_curves_have_the_same_weight_for_every_painting():
    balanced = find_recipe("standard")
    assert tradeoff.weighted(balanced, 30.0).method.style_balance == "absolute"
