"""`impasto weights`, as a user types it."""

import hashlib
from dataclasses import replace
from pathlib import Path

import layouts
import pytest
import tyro
from server import Server

from impasto.cli.weights import weights_commands
from impasto.weights import store
from impasto.weights.table import TABLE, WeightsError
from impasto.weights.trained import TRAINED

pytestmark = pytest.mark.usefixtures("home")


def impasto_weights(*arguments: str | Path) -> None:
    tyro.extras.subcommand_cli_from_dict(weights_commands, args=[str(a) for a in arguments])


def test_list_shows_every_name(capsys: pytest.CaptureFixture[str]):
    impasto_weights("list")
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if line and not line.startswith((" ", "What"))]
    assert [line.split()[0] for line in lines] == [*TABLE, "random", *TRAINED]
    assert "comes with impasto" in lines[0]
    assert "to be fetched or imported" in lines[len(TABLE) - 1]
    assert "needs no file" in lines[len(TABLE)]


def test_list_says_where(capsys: pytest.CaptureFixture[str], home: Path):
    impasto_weights("list")
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for name in store.available():
        assert str(store.weights_path(TABLE[name])) in lines
    assert lines[-1] == f"What is fetched or imported goes to {home / 'weights'}"
    assert not home.exists()


@pytest.mark.usefixtures("narrow")
def test_import_says_what_the_file_is(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
):
    path = layouts.torch_features(layouts.network(TABLE["vgg19-torchvision"]), tmp_path / "a.pth")
    impasto_weights("import", "vgg19", path)
    kept = home / "weights" / "vgg19-torchvision.safetensors"
    assert capsys.readouterr().out == f"{path} is now vgg19-torchvision: {kept}\n"
    impasto_weights("list")
    assert str(kept) in capsys.readouterr().out


@pytest.mark.usefixtures("narrow")
def test_import_takes_the_preprocessing(home: Path, tmp_path: Path):
    path = layouts.torch_features(layouts.network(), tmp_path / "a.pth")
    with pytest.raises(WeightsError, match="--preprocessing"):
        impasto_weights("import", "vgg19", path)
    impasto_weights("import", "vgg19", path, "--preprocessing", "caffe")
    assert (home / "weights" / "vgg19.safetensors").is_file()


def test_fetch_offline_is_an_error_that_helps():
    with pytest.raises(WeightsError, match="impasto weights import vgg19"):
        impasto_weights("fetch", "vgg19", "--offline")


def test_fetch_is_quiet_when_piped(capsys: pytest.CaptureFixture[str]):
    impasto_weights("fetch", "vgg16-normalized")
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.startswith("vgg16-normalized: ")


@pytest.mark.usefixtures("narrow")
def test_fetch_shows_a_bar_in_a_terminal(
    server: Server,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    path = layouts.torch_features(layouts.network(TABLE["vgg19"]), tmp_path / "vgg19")
    server.content = path.read_bytes()
    sha256 = hashlib.sha256(server.content).hexdigest()
    monkeypatch.setitem(TABLE, "vgg19", replace(TABLE["vgg19"], sha256=sha256))
    monkeypatch.setenv("IMPASTO_MIRROR", server.url)
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes any stream for a terminal
    impasto_weights("fetch", "vgg19")
    captured = capsys.readouterr()
    assert f"{len(server.content) / 1000:.1f}/{len(server.content) / 1000:.1f} kB" in captured.err
    assert captured.out.startswith("vgg19: ")


def test_verify_takes_what_is_here_or_what_is_named(capsys: pytest.CaptureFixture[str]):
    impasto_weights("verify")
    assert capsys.readouterr().out.count("is undamaged") == 2 + len(TRAINED)
    impasto_weights("verify", "vgg16-normalized")
    assert capsys.readouterr().out.count("is undamaged") == 1
    with pytest.raises(WeightsError, match="not on this machine"):
        impasto_weights("verify", "vgg19")
