"""A name becomes tensors, from the package, the cache, a user's file or the network."""

import hashlib
from dataclasses import replace
from pathlib import Path

import layouts
import pytest
import torch
from server import Server

from impasto.weights import store
from impasto.weights.table import CAFFE, TABLE, TORCHVISION, WIDTHS, WeightsError

pytestmark = pytest.mark.usefixtures("home", "narrow")


@pytest.fixture
def mirror(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server that has the Caffe port, and a table that knows its hash."""
    path = layouts.torch_features_legacy(layouts.network(TABLE["vgg19"]), tmp_path / "vgg19")
    server.content = path.read_bytes()
    sha256 = hashlib.sha256(server.content).hexdigest()
    monkeypatch.setitem(TABLE, "vgg19", replace(TABLE["vgg19"], sha256=sha256[:8]))
    monkeypatch.setenv("IMPASTO_MIRROR", f"{server.url}/files/")
    return server


def cached(home: Path) -> list[str]:
    return sorted(path.name for path in home.rglob("*") if path.is_file())


def test_missing_weights_name_two_commands():
    with pytest.raises(store.MissingWeightsError) as caught:
        store.load_weights("vgg19-torchvision")
    assert "`impasto weights fetch vgg19-torchvision`" in str(caught.value)
    assert "`impasto weights import vgg19 FILE`" in str(caught.value)


def test_an_unknown_name_lists_the_known():
    with pytest.raises(
        WeightsError, match=r"no weights 'vgg11'; expected one of vgg16, .*vgg19.*, random$"
    ):
        store.load_weights("vgg11")


def test_random_weights_are_no_file():
    for act in (store.fetch, store.verify):
        with pytest.raises(WeightsError, match="'random' need no file"):
            act("random")


@pytest.mark.parametrize("name", ["vgg19", "vgg19-torchvision"])
def test_an_imported_file_is_loaded_by_name(name: str, home: Path, tmp_path: Path):
    weights = layouts.network(TABLE[name])
    path = layouts.torch_features(weights, tmp_path / "mine.pth")
    assert store.import_weights("vgg19", path).name == name
    found, metadata = store.load_weights(name)
    assert all(torch.equal(found[key], tensor) for key, tensor in weights.items())
    assert metadata.items() >= TABLE[name].preprocessing.metadata().items()
    assert metadata["license"] == TABLE[name].license
    assert f"mine.pth, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}" in metadata["origin"]
    assert store.available() == ["vgg16", "vgg16-normalized", name]
    assert cached(home) == [f"{name}.safetensors"]


def test_an_unpublished_network_takes_the_name_that_is_claimed(tmp_path: Path):
    path = layouts.keras_2(layouts.network(), tmp_path / "mine.h5")
    assert store.import_weights("vgg19", path, CAFFE).name == "vgg19"
    assert "unknown origin" in store.load_weights("vgg19")[1]["origin"]


def test_only_vgg19_is_imported(tmp_path: Path):
    with pytest.raises(WeightsError, match="'vgg16' comes with impasto"):
        store.import_weights("vgg16", tmp_path / "mine.pth")


def test_a_bad_file_leaves_nothing(home: Path, tmp_path: Path):
    (tmp_path / "mine.pth").write_bytes(b"<html>")
    with pytest.raises(WeightsError):
        store.import_weights("vgg19", tmp_path / "mine.pth")
    assert cached(home) == []


def test_fetch_downloads_checks_and_converts(mirror: Server, home: Path):
    mirror.answers = ["cut", "whole"]
    seen: list[int] = []
    assert store.fetch("vgg19", progress=lambda done, _: seen.append(done)).name == "vgg19"
    assert seen[-1] == len(mirror.content)
    assert cached(home) == ["vgg19.safetensors"]
    found, metadata = store.load_weights("vgg19")
    assert torch.equal(found["conv5_4.bias"], layouts.network()["conv5_4.bias"])
    assert f"sha256 {hashlib.sha256(mirror.content).hexdigest()}" in metadata["origin"]


def test_fetch_does_nothing_twice(mirror: Server):
    store.fetch("vgg19")
    store.fetch("vgg19", offline=True)
    assert len(mirror.ranges) == 1


def test_fetch_replaces_a_damaged_file(mirror: Server, home: Path):
    store.fetch("vgg19")
    path = home / "weights" / "vgg19.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="damaged"):
        store.verify("vgg19")
    store.fetch("vgg19")
    assert store.verify("vgg19").name == "vgg19"
    assert len(mirror.ranges) == 2


def test_fetch_refuses_what_lies_about_its_hash(mirror: Server, home: Path):
    mirror.content += b"and more"
    with pytest.raises(WeightsError, match=r"SHA-256 .* it was deleted"):
        store.fetch("vgg19")
    assert cached(home) == []
    assert store.available() == ["vgg16", "vgg16-normalized"]


def test_fetch_leaves_nothing_of_a_file_that_is_no_network(
    mirror: Server, home: Path, monkeypatch: pytest.MonkeyPatch
):
    mirror.content = b"\x80\x02 not a network, though its publisher says so"
    sha256 = hashlib.sha256(mirror.content).hexdigest()
    monkeypatch.setitem(TABLE, "vgg19", replace(TABLE["vgg19"], sha256=sha256))
    with pytest.raises(WeightsError, match="damaged, or it holds code"):
        store.fetch("vgg19")
    assert cached(home) == []


@pytest.mark.parametrize("variable", [True, False])
def test_offline_says_how_to_do_without(
    variable: bool, mirror: Server, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("IMPASTO_OFFLINE", "1" if variable else "")
    sentence = r"offline; download .*/vgg19-d01eb7cb.pth .* `impasto weights import vgg19 vgg19-d"
    with pytest.raises(WeightsError, match=sentence):
        store.fetch("vgg19", offline=not variable)
    assert mirror.ranges == []
    assert cached(home) == []


def test_what_ships_needs_no_network(mirror: Server):
    assert store.fetch("vgg16").name == "vgg16"
    assert mirror.ranges == []


def test_a_damaged_package_is_to_be_installed_again(
    mirror: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "vgg16.safetensors").write_bytes(b"damaged")
    monkeypatch.setattr(store, "SHIPPED", tmp_path)
    with pytest.raises(WeightsError, match=r"vgg16.safetensors is damaged"):
        store.load_weights("vgg16")
    with pytest.raises(WeightsError, match="install impasto again"):
        store.fetch("vgg16")
    assert (tmp_path / "vgg16.safetensors").read_bytes() == b"damaged"
    assert mirror.ranges == []


def test_verify_notices_a_shipped_file_that_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert store.verify("vgg16-normalized").shipped
    monkeypatch.setitem(TABLE, "vgg16", replace(TABLE["vgg16"], sha256="0" * 64))
    with pytest.raises(WeightsError, match="expected 0000"):
        store.verify("vgg16")
    with pytest.raises(store.MissingWeightsError):
        store.verify("vgg19")


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {"IMPASTO_HOME": "/data/nets"}, "/data/nets"),
        ("linux", {"XDG_CACHE_HOME": "/data/cache"}, "/data/cache/impasto"),
        ("linux", {}, "/home/me/.cache/impasto"),
        ("darwin", {}, "/home/me/Library/Caches/impasto"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/impasto"),
        ("win32", {"IMPASTO_HOME": "~/nets"}, "/home/me/nets"),
    ],
)
def test_the_cache_is_where_the_system_keeps_caches(
    platform: str, variables: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
):
    for name in ("IMPASTO_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setattr(store.sys, "platform", platform)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert store.cache_folder() == Path(folder)


@pytest.mark.parametrize("architecture", ["vgg16", "vgg19"])
def test_random_weights_are_a_network(architecture: str):
    weights, metadata = store.random_weights(architecture, seed=4)
    widths = [width for block in WIDTHS[architecture] for width in block]
    assert [len(t) for name, t in weights.items() if name.endswith("bias")] == widths
    assert metadata["architecture"] == architecture
    assert metadata.items() >= TORCHVISION.metadata().items()


def test_random_weights_depend_on_the_seed_alone():
    channels = (2, 3, 4, 5, 6)
    one, _ = store.random_weights("vgg19", 1, channels, torch.float64)
    again, _ = store.random_weights("vgg19", 1, channels)
    other, _ = store.random_weights("vgg19", 2, channels)
    assert one["conv5_4.weight"].shape == (6, 6, 3, 3)
    assert one["conv5_4.weight"].dtype == torch.float64
    assert all(torch.equal(one[name].float(), again[name]) for name in one)
    assert not torch.equal(again["conv1_1.weight"], other["conv1_1.weight"])


def test_random_needs_no_file(home: Path):
    weights, metadata = store.load_weights("random")
    assert "conv5_4.weight" in weights
    assert metadata["architecture"] == "vgg19"
    assert not home.exists()


def test_random_weights_neither_explode_nor_vanish():
    weights, _ = store.random_weights("vgg19", 0, (64,) * 5)
    x = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    for name in layouts.layers(weights):
        kernel, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        x = torch.nn.functional.conv2d(x, kernel, bias, padding=1).relu()
    assert 0.03 < x.std() < 30


def test_an_empty_variable_is_not_offline(mirror: Server, monkeypatch: pytest.MonkeyPatch):
    for value in ("", "0"):
        monkeypatch.setenv("IMPASTO_OFFLINE", value)
        store.fetch("vgg19")
    assert len(mirror.ranges) == 1


def test_other_weights_never_take_a_name_on_the_quiet(mirror: Server, home: Path, tmp_path: Path):
    """Runs that used the first ones could not be repeated, and nothing would say why."""
    store.fetch("vgg19")
    before = (home / "weights" / "vgg19.safetensors").read_bytes()
    own = layouts.keras_2(layouts.network(), tmp_path / "mine.h5")
    with pytest.raises(WeightsError, match=r"holds other weights .*; remove that file first"):
        store.import_weights("vgg19", own, CAFFE)
    assert (home / "weights" / "vgg19.safetensors").read_bytes() == before
    same = layouts.torch_features(layouts.network(TABLE["vgg19"]), tmp_path / "same.pth")
    assert store.import_weights("vgg19", same).name == "vgg19"


def test_fetch_does_not_take_a_strange_network_for_the_published(mirror: Server, tmp_path: Path):
    own = layouts.keras_2(layouts.network(), tmp_path / "mine.h5")
    store.import_weights("vgg19", own, CAFFE)
    with pytest.raises(WeightsError, match="holds weights of unknown origin"):
        store.fetch("vgg19")
    assert mirror.ranges == []


def test_a_digest_tells_networks_apart(mirror: Server, home: Path, tmp_path: Path):
    names = ["vgg16", "vgg16-normalized", "random"]
    digests = {name: store.weights_digest(name) for name in names}
    with pytest.raises(store.MissingWeightsError):
        store.weights_digest("vgg19")
    store.fetch("vgg19")
    digests["published"] = store.weights_digest("vgg19")
    (home / "weights" / "vgg19.safetensors").unlink()
    store.import_weights("vgg19", layouts.keras_2(layouts.network(), tmp_path / "mine.h5"), CAFFE)
    digests["own"] = store.weights_digest("vgg19")
    assert len(set(digests.values())) == len(digests)
    assert all(len(each) == 64 for each in digests.values())


def test_a_file_with_too_long_a_name(tmp_path: Path):
    with pytest.raises(WeightsError, match="is not a file"):
        store.import_weights("vgg19", tmp_path / ("x" * 300))
