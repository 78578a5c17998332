"""How `tools/make_bases.py` finds the directions that are shipped."""

import hashlib
import runpy
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from impasto.evaluation.metrics.yeh import DIMENSIONS
from impasto.images.write import save_image

TOOL = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "make_bases.py"))


def test_directions_are_sorted_and_have_one_sign():
    factor = torch.randn(6, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    matrix = factor @ factor.T
    directions = TOOL["principal_directions"](matrix)
    variances = (directions.T @ matrix @ directions).diagonal()
    assert torch.equal(variances, variances.sort(descending=True).values)
    assert torch.allclose(directions.T @ directions, torch.eye(6).double())
    assert torch.equal(directions, TOOL["principal_directions"](matrix.clone()))
    assert (directions.gather(0, directions.abs().argmax(0, keepdim=True)) > 0).all()


def test_covariances_are_summed_over_pictures(tmp_path, monkeypatch, capsys):
    from impasto.evaluation.vision import moments
    from impasto.features.statistics import covariance
    from impasto.images.read import load_image

    rng = torch.Generator().manual_seed(2)
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    expected = torch.zeros(64, 64).double()
    for path in paths:
        save_image(path, torch.rand(1, 3, 24, 32, generator=rng))
        monkeypatch.setitem(TOOL["covariances"].__globals__, "SIDE", 32)
        expected += covariance(moments(load_image(path), "relu1_1"))
    assert torch.allclose(TOOL["covariances"](paths)["relu1_1"], expected)
    assert "2 of 2" in capsys.readouterr().out


def metadata(path):
    with safe_open(path, "pt") as file:
        return file.metadata()


def test_the_shipped_bases_name_their_pictures():
    listed = TOOL["LIST"].read_bytes()
    said = metadata(TOOL["PATH"])
    assert said["list_sha256"] == hashlib.sha256(listed).hexdigest()
    assert f" {len(listed.splitlines())} pictures" in said["origin"]


def test_the_list_is_that_of_the_pictures(tmp_path, monkeypatch):
    """Two folders, in the order of the files' names."""
    names = {"b.jpg": "one", "a.jpg": "two"}
    for seed, (name, folder) in enumerate(names.items()):
        (tmp_path / folder).mkdir()
        noise = torch.rand(1, 3, 32, 40, generator=torch.Generator().manual_seed(seed))
        save_image(tmp_path / folder / name, noise)
    monkeypatch.setitem(TOOL["main"].__globals__, "SIDE", 40)
    for name in ("PATH", "LIST"):
        monkeypatch.setitem(TOOL["main"].__globals__, name, tmp_path / name)
    folders = [str(tmp_path / folder) for folder in names.values()]
    monkeypatch.setattr("sys.argv", ["make_bases.py", *folders])
    TOOL["main"]()
    expected = "".join(
        f"{hashlib.sha256((tmp_path / names[name] / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("a.jpg", "b.jpg")
    )
    assert (tmp_path / "LIST").read_text() == expected
    said = metadata(tmp_path / "PATH")
    assert said["list_sha256"] == hashlib.sha256(expected.encode()).hexdigest()
    widths = {layer: basis.shape[1] for layer, basis in load_file(tmp_path / "PATH").items()}
    assert widths == DIMENSIONS


def test_no_pictures_is_an_error(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["make_bases.py", str(tmp_path)])
    with pytest.raises(SystemExit):
        TOOL["main"]()
    assert "there is no .jpg" in capsys.readouterr().err
