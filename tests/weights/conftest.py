"""A cache of its own and a narrow VGG for every test of weights."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from server import Server

from impasto.weights.table import WIDTHS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    for name in ("IMPASTO_OFFLINE", "IMPASTO_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IMPASTO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """VGGs of a few filters, with another number in each block so that a mix-up shows."""
    monkeypatch.setitem(WIDTHS, "vgg16", ((4,) * 2, (5,) * 2, (6,) * 3, (7,) * 3, (8,) * 3))
    monkeypatch.setitem(WIDTHS, "vgg19", ((4,) * 2, (5,) * 2, (6,) * 4, (7,) * 4, (8,) * 4))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on the loopback that behaves as it is told."""
    monkeypatch.setenv("no_proxy", "*")
    with Server() as running:
        yield running
