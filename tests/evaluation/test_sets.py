"""Metrics of sets: what they refuse, their statistics, and how they call the packages.

The packages and the networks are not here: stand-ins take their place, which show that the right
arguments arrive and nothing else. What the real ones answer is theirs.
"""

import hashlib
import os
import pickle
import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from torch import nn
from torch.nn import functional

from impasto.errors import ImpastoError
from impasto.evaluation import METRICS
from impasto.evaluation.metrics.frechet import frechet, frechet_of_rows
from impasto.evaluation.sets import NETWORKS, SET_METRICS, SetMetric
from impasto.evaluation.sets.artfid import joined
from impasto.evaluation.sets.networks import Network, Weights, find_network
from impasto.evaluation.sets.paired import put_trunk
from impasto.images.picture import ImageError, as_saved
from impasto.weights.table import WeightsError


def noise(seed, h=80, w=96):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng)


OUTPUTS, CONTENTS, STYLES = ([noise(10 * kind + i) for i in range(3)] for kind in (1, 2, 3))
LARGE = [noise(40 + i, 160, 192) for i in range(3)]


def resized(image, h, w):
    return functional.interpolate(image, (h, w), mode="bicubic", antialias=True).clamp(0, 1)


def in_bytes(image):
    return torch.from_numpy(np.rint(255 * image[0].numpy()).astype(np.uint8))


UNCHANGED = [as_saved(resized(image, 80, 96)) for image in LARGE]
"""Pictures of twice the size, as a table has them: smaller, and in 8 bits."""


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Return a function that publishes tensors as one of the networks."""

    def publish(name, tensors):
        path = tmp_path / f"{name}.pth"
        torch.save(tensors, path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        monkeypatch.setitem(NETWORKS, name, Network(path.name, "published by a test", sha256))
        return path

    return publish


@pytest.fixture
def stand_in(monkeypatch):
    """Return a function that puts a module in a package's place."""

    def put(name, **members):
        module = ModuleType(name)
        for key, member in members.items():
            setattr(module, key, member)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return put


# Networks


def test_a_network_that_was_not_named_is_asked_for():
    for metric in SET_METRICS.values():
        with pytest.raises(WeightsError, match=f"^{metric.name} is defined by .*; expected a file"):
            metric(OUTPUTS, CONTENTS, STYLES, {})


def refusal(path, name="alexnet"):
    with pytest.raises(WeightsError) as caught:
        find_network(name, {name: path}, "lpips")
    return str(caught.value)


def test_what_is_not_the_published_file_is_refused(tmp_path):
    assert "can't be read (Is a directory); expected alexnet-owt-7be5be79.pth" in refusal(tmp_path)
    assert "can't be read (No such file or directory)" in refusal(tmp_path / "none.pth")
    other = tmp_path / "alexnet-owt-7be5be79.pth"  # the right name alone is not enough
    torch.save({"features.0.weight": torch.zeros(3)}, other)
    assert "is another file, its SHA-256 begins with" in refusal(other)
    assert "lpips has no other weights" in refusal(other)


def test_a_file_without_a_published_sum_is_known_by_its_tensors(tmp_path):
    other = tmp_path / "art_inception.pth"
    torch.save({"Conv2d_1a_3x3.conv.weight": torch.zeros(3)}, other)
    assert "has no Mixed_7c.branch_pool.conv.weight" in refusal(other, "art-inception")


@pytest.mark.parametrize("found", [torch.zeros(3), [torch.zeros(3)]], ids=["Tensor", "list"])
def test_a_file_of_something_else_than_tensors_by_name(tmp_path, found):
    path = tmp_path / "art_inception.pth"
    torch.save(found, path)
    holds = f"art_inception.pth holds a {type(found).__name__}; expected tensors by name; get "
    assert holds in refusal(path, "art-inception")


class Harmful:
    def __reduce__(self):
        return os.mkdir, ("harm",)


@pytest.mark.parametrize("content", [pickle.dumps(Harmful(), 2), b"<html>", b"", b"PK\x03\x04no"])
def test_no_code_is_run_and_damage_is_told(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.pth"
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    monkeypatch.setitem(NETWORKS, "alexnet", Network(path.name, "a test", sha256))
    assert "holds more than tensors, or is damaged; expected a.pth" in refusal(path)
    assert not (tmp_path / "harm").exists()


def test_an_unknown_name_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="'vgg' is not a network; expected one of inception, "):
        find_network("alexnet", {"vgg": tmp_path}, "lpips")


@pytest.mark.parametrize("module", ["torch_fidelity", "lpips", "DISTS_pytorch"])
def test_a_package_that_is_not_installed_is_named(module, published, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    metric = {"torch_fidelity": "fid", "lpips": "lpips", "DISTS_pytorch": "dists"}[module]
    name = SET_METRICS[metric].networks[0]
    with pytest.raises(
        ValueError, match=rf"^{metric} needs the package {module}, .*impasto\[eval\]"
    ):
        SET_METRICS[metric](OUTPUTS, CONTENTS, STYLES, {name: published(name, {})})


# Sets


def counting(value=0.5, least=1):
    return SetMetric("test", lambda *_: value, "style", "lower", 0.0, "", "", (), least)


def test_sets_fit_one_another():
    with pytest.raises(ValueError, match="there are 3 outputs, 3 contents and 2 styles; expected"):
        counting()(OUTPUTS, CONTENTS, STYLES[:2], {})
    for metric in ("fid", "kid", "artfid"):
        with pytest.raises(ValueError, match=f"{metric} got a set of 1; expected at least 2"):
            SET_METRICS[metric](OUTPUTS[:1], CONTENTS[:1], STYLES[:1], {})
    with pytest.raises(ValueError, match="test got a set of 0; expected at least 1"):
        counting()([], [], [], {})
    with pytest.raises(ValueError, match="test is nan for these pictures; expected a finite"):
        counting(float("nan"))(OUTPUTS, CONTENTS, STYLES, {})


def test_pictures_are_checked_when_they_are_taken():
    def look(outputs, contents, styles, networks):
        return float(styles[1].sum() + contents[0].sum() + outputs[2].sum())

    metric = SetMetric("test", look, "style", "lower", 0.0, "", "", ())
    assert metric(OUTPUTS, CONTENTS, STYLES, {}) > 0
    with pytest.raises(ImageError, match=r"^style 2 holds NaN"):
        metric(OUTPUTS, CONTENTS, [STYLES[0], STYLES[1] * torch.nan, STYLES[2]], {})
    with pytest.raises(ImageError, match=r"^output 3 is a str; expected a tensor"):
        metric([*OUTPUTS[:2], "picture.png"], CONTENTS, STYLES, {})


def test_no_metric_of_pictures_has_a_name_of_a_set():
    assert not set(SET_METRICS) & set(METRICS)
    for name, metric in SET_METRICS.items():
        assert metric.name == name and metric.summary and metric.paper
        assert set(metric.networks) <= set(NETWORKS)


# Statistics


@given(st.integers(0, 10**6), st.integers(2, 30), st.integers(2, 30), st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_frechet_of_rows_is_that_of_their_gaussians(seed, n, m, channels):
    rng = np.random.default_rng(seed)
    here, there = rng.normal(size=(n, channels)), 1 + 2 * rng.normal(size=(m, channels))
    ours = frechet_of_rows(torch.from_numpy(here), torch.from_numpy(there))
    gaussians = [
        torch.from_numpy(part)
        for rows in (here, there)
        for part in (rows.mean(0), np.cov(rows.T).reshape(channels, channels))
    ]
    assert ours == pytest.approx(frechet(*gaussians), rel=1e-6, abs=1e-9)


def test_frechet_of_rows_equals_scipy():
    rng = np.random.default_rng(1)
    here, there = rng.normal(size=(60, 5)), 1 + 2 * rng.normal(size=(50, 5))
    a, b = np.cov(here.T), np.cov(there.T)
    expected = ((here.mean(0) - there.mean(0)) ** 2).sum() + np.trace(a + b - 2 * sqrtm(a @ b).real)
    ours = frechet_of_rows(torch.from_numpy(here), torch.from_numpy(there))
    assert ours == pytest.approx(expected, rel=1e-6)


def test_joined():
    assert joined(0, 0) == 1 and joined(0.5, 3) == 6


# How the packages are called


def test_fid_and_kid_are_torch_fidelitys(published, stand_in):
    calls = []

    def calculate_metrics(**options):
        calls.append(options)
        return {"frechet_inception_distance": 12.5, "kernel_inception_distance_mean": -0.25}

    stand_in("torch_fidelity", calculate_metrics=calculate_metrics)
    path = published("inception", {})
    outputs = [*OUTPUTS[:2], noise(9, 48, 96)]  # sizes may differ
    assert SET_METRICS["fid"](outputs, CONTENTS, STYLES, {"inception": path}) == 12.5
    assert SET_METRICS["kid"](outputs, CONTENTS, STYLES, {"inception": str(path)}) == -0.25
    for options in calls:
        assert options["feature_extractor_weights_path"] == str(path)
        assert options["feature_extractor"] == "inception-v3-compat"
        assert not options["cuda"] and not options["cache"] and options["batch_size"] == 1
        for name, pictures in (("input1", outputs), ("input2", STYLES)):
            assert len(options[name]) == 3
            for i, picture in enumerate(pictures):
                assert torch.equal(options[name][i], in_bytes(picture))
    assert calls[0]["fid"] and "kid" not in calls[0]
    assert calls[1]["kid"] and calls[1]["kid_subset_size"] == 3


@pytest.fixture
def compared(published, stand_in):
    """Return a function that gives the two sets that torch-fidelity compares for a metric."""
    calls = []

    def calculate_metrics(**options):
        calls.append(options)
        return {"frechet_inception_distance": 0.0, "kernel_inception_distance_mean": 0.0}

    stand_in("torch_fidelity", calculate_metrics=calculate_metrics)
    files = {"inception": published("inception", {})}

    def compare(metric, outputs, styles):
        SET_METRICS[metric](outputs, outputs, styles, files)
        sets = [[data[i] for i in range(len(data))] for data in (calls[-1][n] for n in INPUTS)]
        return *sets, calls[-1]

    return compare


INPUTS = ("input1", "input2")


@pytest.mark.parametrize("metric", ["fid", "kid"])
def test_paintings_are_compared_at_the_size_of_the_outputs(compared, metric):
    """So that the painting itself is the same set, though its file is larger."""
    here, there, _ = compared(metric, UNCHANGED, LARGE)
    assert all(map(torch.equal, here, there))


def test_kid_takes_every_different_picture_once(compared):
    a, b, c = OUTPUTS
    s, t, _ = STYLES
    here, there, options = compared("kid", [a, b, a, c, b], [s, t, s, s, t])
    assert all(map(torch.equal, here, map(in_bytes, (a, b, c)))) and len(here) == 3
    assert all(map(torch.equal, there, map(in_bytes, (s, t)))) and len(there) == 2
    assert options["kid_subset_size"] == 2
    here, there, _ = compared("fid", [a, b, a], [s, t, s])  # which fits a Gaussian to all
    assert len(here) == len(there) == 3
    with pytest.raises(ImpastoError, match="outputs of which 3 differ and styles of which 1 diff"):
        compared("kid", OUTPUTS, [s, s, s])
    with pytest.raises(ImpastoError, match="outputs of which 1 differ and styles of which 3 diff"):
        compared("kid", [a, a, a], STYLES)


class Trunk(nn.Module):
    """A network that was cut into pieces, as both packages do; `layers` are their names."""

    def __init__(self, *layers):
        super().__init__()
        shapes = [(3, 2), (2, 1), (1, 1)]
        for name, (before, after) in zip(layers, shapes, strict=False):
            piece, _, number = name.partition(".")
            self.add_module(piece, nn.Sequential())
            getattr(self, piece).add_module(number, nn.Conv2d(before, after, 1))


def layers(seed):
    rng = torch.Generator().manual_seed(seed)
    shapes = {"0.weight": (2, 3, 1, 1), "0.bias": (2,), "3.weight": (1, 2, 1, 1), "3.bias": (1,)}
    return {f"features.{k}": torch.randn(shape, generator=rng) for k, shape in shapes.items()}


def test_a_trunk_is_filled_by_the_numbers_of_its_layers():
    tensors = layers(3)
    model = Trunk("slice1.0", "block2.3")
    put_trunk(
        model, Weights(Path("a.pth"), {**tensors, "classifier.1.weight": torch.zeros(2)}), "lpips"
    )
    for piece, number in (("slice1", 0), ("block2", 3)):
        for part in ("weight", "bias"):
            filled = model.state_dict()[f"{piece}.{number}.{part}"]
            assert torch.equal(filled, tensors[f"features.{number}.{part}"])


@pytest.mark.parametrize(
    "names",
    [
        ("slice1.0", "slice2.0"),
        ("slice1.3", "slice2.0"),
        ("slice1.0", "slice2.conv"),
        ("slice1.0", "slice2.3", "slice3.3"),
        ("slice1.0",),
        (),
    ],
    ids=["counted anew", "swapped", "no number", "one more", "one less", "none"],
)
def test_nothing_of_a_trunk_stays_random(names):
    with pytest.raises(ImpastoError) as caught:
        put_trunk(Trunk(*names), Weights(Path("a.pth"), layers(3)), "lpips")
    assert str(caught.value) == (
        "lpips can't be measured: its package has other convolutions than a.pth; expected the same "
        "ones under the same numbers; install another version of the package"
    )


def test_lpips_is_the_packages_with_the_users_alexnet(published, stand_in):
    made = []

    class LPIPS(nn.Module):
        def __init__(self, **options):
            super().__init__()
            made.append((self, options))
            self.net = Trunk("slice1.0", "slice2.3")

        def forward(self, here, there, normalize):
            assert normalize and here.shape == there.shape
            return (here - there).abs().mean().reshape(1, 1, 1, 1)

    stand_in("lpips", LPIPS=LPIPS)
    tensors = layers(1)
    path = published("alexnet", {**tensors, "classifier.1.weight": torch.zeros(2)})
    contents = [LARGE[0], *CONTENTS[1:]]  # takes its output's size
    number = SET_METRICS["lpips"](OUTPUTS, contents, STYLES, {"alexnet": path})
    (model, options), = made  # fmt: skip
    assert options == {"net": "alex", "pnet_rand": True, "verbose": False}
    for name, tensor in tensors.items():
        piece = {"0": "slice1", "3": "slice2"}[name.split(".")[1]]
        assert torch.equal(model.net.state_dict()[name.replace("features", piece)], tensor)
    seen = [UNCHANGED[0], *CONTENTS[1:]]
    differences = [(a - b).abs().mean().item() for a, b in zip(OUTPUTS, seen, strict=True)]
    assert number == pytest.approx(np.mean(differences), rel=1e-6)
    assert SET_METRICS["lpips"](OUTPUTS, OUTPUTS, STYLES, {"alexnet": path}) == 0
    with pytest.raises(ImageError, match="output 2 is 96 pixels wide and 31 pixels high"):
        small = [OUTPUTS[0], noise(8, 31, 96), OUTPUTS[2]]
        SET_METRICS["lpips"](small, CONTENTS, STYLES, {"alexnet": path})


@pytest.fixture
def dists_package(stand_in, tmp_path):
    """A package whose trunk, α and β are as the published ones; return what happened in it."""
    happened = SimpleNamespace(made=[], asked=[], seen=[])

    def vgg16(weights):
        happened.asked.append(weights)

    class DISTS(Trunk):
        def __init__(self, load_weights):
            assert not load_weights
            module.models.vgg16(pretrained=True)  # which would download it
            super().__init__("stage1.0", "stage2.3")
            self.alpha, self.beta = (nn.Parameter(torch.zeros(4)) for _ in range(2))
            happened.made.append(self)

        def forward(self, x, y):
            happened.seen.append((x, y))
            return (x - y).square().mean()

    happened.models = models = SimpleNamespace(vgg16=vgg16)
    stand_in("DISTS_pytorch")
    happened.module = module = stand_in("DISTS_pytorch.DISTS_pt", DISTS=DISTS, models=models)
    folder = tmp_path / "DISTS_pytorch"
    folder.mkdir()
    module.__file__ = str(folder / "DISTS_pt.py")
    happened.own = {"alpha": torch.arange(4.0), "beta": torch.arange(4.0) + 1}
    torch.save(happened.own, folder / "weights.pt")
    return happened


def test_dists_is_the_packages_with_the_users_vgg16(published, dists_package):
    tensors, own = layers(2), dists_package.own
    path = published("vgg16", tensors)
    number = SET_METRICS["dists"](OUTPUTS, CONTENTS, STYLES, {"vgg16": path})
    squares = [(a - b).square().mean() for a, b in zip(OUTPUTS, CONTENTS, strict=True)]
    assert number == pytest.approx(np.mean(squares), rel=1e-6)
    assert dists_package.asked == [None]  # random, and put back
    assert dists_package.module.models is dists_package.models
    (model,) = dists_package.made
    assert torch.equal(model.alpha, own["alpha"]) and torch.equal(model.beta, own["beta"])
    for name, tensor in tensors.items():
        piece = {"0": "stage1", "3": "stage2"}[name.split(".")[1]]
        assert torch.equal(model.state_dict()[name.replace("features", piece)], tensor)


def test_dists_sees_pictures_as_its_package_prepares_them(published, dists_package):
    """Pillow tells it a second time: a shorter side of 256 pixels, bilinear."""
    output, content = (in_bytes(noise(seed, 264, 330))[None] / 255 for seed in (5, 6))
    SET_METRICS["dists"]([output], [content], [content], {"vgg16": published("vgg16", layers(2))})
    (pair,) = dists_package.seen
    for image, seen in zip((output, content), pair, strict=True):
        pixels = PIL.Image.fromarray(in_bytes(image).permute(1, 2, 0).numpy())
        expected = pixels.resize((320, 256), PIL.Image.Resampling.BILINEAR)
        assert seen.shape == (1, 3, 256, 320)
        assert np.abs(255 * seen[0].permute(1, 2, 0).numpy() - np.asarray(expected)).max() < 1.01


def test_a_dists_package_without_its_numbers_is_told(published, dists_package, tmp_path):
    shutil.rmtree(tmp_path / "DISTS_pytorch")
    with pytest.raises(ImpastoError) as caught:
        SET_METRICS["dists"](OUTPUTS, CONTENTS, STYLES, {"vgg16": published("vgg16", layers(2))})
    assert str(caught.value) == (
        f"dists can't be measured: {tmp_path}/DISTS_pytorch/weights.pt can't be read (No such file "
        "or directory); expected the α and β of its package; pip install --force-reinstall "
        "dists-pytorch"
    )


class Inception(nn.Module):
    """Ten features of a picture, which depend on its size, and a head that is taken off."""

    def __init__(self, **options):
        super().__init__()
        assert options == {"aux_logits": False, "transform_input": False, "init_weights": False}
        self.conv, self.fc = nn.Conv2d(3, 10, 3), nn.Linear(10, 2)

    def forward(self, x):
        assert not self.training
        return self.fc(self.conv(x).square().mean((2, 3)))


def test_artfid_joins_lpips_and_a_frechet_distance(published, stand_in, monkeypatch):
    stand_in("torchvision")
    stand_in("torchvision.models")
    stand_in("torchvision.models.inception", Inception3=Inception)
    monkeypatch.setattr("impasto.evaluation.sets.artfid.lpips", lambda *_: 0.25)
    rng = torch.Generator().manual_seed(3)
    trunk = {"conv.weight": torch.randn(10, 3, 3, 3, generator=rng), "conv.bias": torch.zeros(10)}
    heads = {f"{head}.weight": torch.zeros(1) for head in ("fc1", "fc2", "AuxLogits1.conv0.conv")}
    files = {
        "art-inception": published("art-inception", {**trunk, **heads}),
        "alexnet": published("alexnet", {}),
    }
    weight = trunk["conv.weight"]
    here, there = (
        torch.cat([functional.conv2d(i, weight).square().mean((2, 3)) for i in images])
        for images in (OUTPUTS, STYLES)
    )
    expected = 1.25 * (1 + frechet_of_rows(here, there))
    ours = SET_METRICS["artfid"](OUTPUTS, CONTENTS, STYLES, files)
    assert ours == pytest.approx(expected, rel=1e-5)
    assert SET_METRICS["artfid"](STYLES, CONTENTS, STYLES, files) == pytest.approx(1.25)
    # A painting whose file is larger is compared at the size of the output.
    assert SET_METRICS["artfid"](UNCHANGED, CONTENTS, LARGE, files) == pytest.approx(1.25, abs=1e-3)
    files["art-inception"] = published("art-inception", {"conv.weight": torch.zeros(2)})
    with pytest.raises(WeightsError, match=r"does not fit InceptionV3; expected art_inception"):
        SET_METRICS["artfid"](OUTPUTS, CONTENTS, STYLES, files)
