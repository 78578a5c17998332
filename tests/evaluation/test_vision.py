"""What the judge's network sees."""

import threading

import pytest
import torch

from impasto.evaluation import vision
from impasto.evaluation.vision import (
    KEPT,
    LAYERS,
    features,
    moments,
    moments_in_pieces,
    rows,
    thinned,
)
from impasto.networks.encoder import load_encoder


def noise(seed, h, w):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng)


@pytest.fixture
def looks(monkeypatch):
    """Count how often the network is asked, beginning with nothing remembered."""
    encoder, calls = load_encoder("vgg16"), []

    def counting(image, layers):
        calls.append(tuple(layers))
        return encoder(image, layers)

    monkeypatch.setattr(vision, "_encoder", lambda: counting)
    for seed in range(KEPT):  # pushes out what other tests left behind
        features(noise(1000 + seed, 1, 1), "relu1_1")
    calls.clear()
    return calls


@pytest.mark.parametrize("layer", LAYERS)
def test_features_are_the_encoders(layer):
    image = noise(1, 40, 56)
    expected = load_encoder("vgg16")(image, [layer])[layer]
    assert torch.allclose(features(image, layer), expected, rtol=1e-5, atol=1e-3)
    found = expected[0].flatten(1).double()
    assert torch.allclose(moments(image, layer).mean, found.mean(1), rtol=1e-5)
    second = found @ found.T / found.shape[1]
    assert torch.allclose(moments(image, layer).second, second, rtol=1e-4)


def test_a_picture_is_looked_at_once(looks):
    image = noise(2, 32, 32)
    for layer in LAYERS:
        features(image, layer)
        moments(image.clone(), layer)  # the same pixels
    assert looks == [LAYERS]


def test_changed_pixels_and_other_shapes_are_other_pictures(looks):
    image = noise(3, 24, 32)
    before = features(image, "relu1_1").clone()
    image[0, 0, 0, 0] = 1 - image[0, 0, 0, 0]
    assert not torch.equal(features(image, "relu1_1"), before)
    features(image.reshape(1, 3, 32, 24), "relu1_1")  # the same numbers
    assert len(looks) == 3


def test_the_last_few_pictures_are_kept_and_no_more(looks):
    pictures = [noise(10 + seed, 16, 16) for seed in range(KEPT + 1)]
    for picture in (*pictures, *pictures[1:]):
        features(picture, "relu1_1")
    assert len(looks) == KEPT + 1
    features(pictures[0], "relu1_1")
    assert len(looks) == KEPT + 2


def test_a_table_looks_at_photo_and_painting_once(looks):
    """Result after result of one pair: only the outputs are new."""
    photo, painting = noise(20, 16, 16), noise(21, 16, 16)
    for seed in range(3):
        output = noise(30 + seed, 16, 16)
        for picture in (output, photo, output, painting, output):
            features(picture, "relu4_1")
    assert len(looks) == 2 + 3


def test_threads_share_one_look(looks):
    image = noise(4, 64, 64)
    threads = [threading.Thread(target=features, args=(image, "relu3_1")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looks) == 1


def test_a_small_picture_has_its_shallow_layers_only():
    image = noise(5, 9, 60)
    assert features(image, "relu1_1").shape == (1, 64, 9, 60)
    assert features(image, "relu4_2").shape == (1, 512, 1, 7)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"60 x 9 pixels; the layer relu5_1 needs .*16 x 16"):
            features(image, "relu5_1")
    assert features(noise(6, 1, 1), "relu1_1").shape == (1, 64, 1, 1)


def test_other_layers_can_be_looked_at_too():
    image = noise(7, 16, 16)
    assert features(image, "relu2_2").shape == (1, 128, 8, 8)
    with pytest.raises(ValueError, match="'relu6_1' is not a layer of vgg16"):
        moments(image, "relu6_1")


def test_no_gradients_are_kept():
    assert not features(noise(8, 16, 16).requires_grad_(), "relu1_1").requires_grad


@pytest.mark.parametrize(("h", "w", "most"), [(5, 7, 35), (5, 7, 34), (9, 4, 3), (1, 50, 7)])
def test_a_regular_grid_of_at_most_so_many(h, w, most):
    found = torch.arange(h * w).reshape(1, 1, h, w).float()
    grid = thinned(found, most)
    assert grid.numel() <= most
    step = int(grid.flatten().diff()[0]) if grid.shape[-1] > 1 else h * w
    assert torch.equal(grid, found[..., ::step, ::step]) or grid.shape[-1] == 1
    assert grid.numel() == found.numel() if h * w <= most else grid.numel() < found.numel()
    assert torch.equal(rows(found, most)[:, 0], grid.flatten())


def test_moments_do_not_depend_on_the_pieces(monkeypatch):
    found = torch.randn(1, 3, 11, 5, generator=torch.Generator().manual_seed(9))
    whole = moments_in_pieces(found)
    monkeypatch.setattr(vision, "POSITIONS", 12)  # two rows at a time
    cut = moments_in_pieces(found)
    assert torch.allclose(cut.mean, whole.mean) and torch.allclose(cut.second, whole.second)
    flat = found[0].flatten(1).double()
    assert torch.allclose(whole.second, flat @ flat.T / 55)
