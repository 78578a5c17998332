import jaxtyping
import pytest
import torch
import torch.nn.functional as F

from impasto.errors import ImpastoError
from impasto.networks.encoder import Encoder, load_encoder
from impasto.networks.vgg import layer_names, stride
from impasto.weights.store import random_weights

MEAN, STD = [123.68, 116.779, 103.939], [1.0, 1.0, 1.0]


def narrow(**options) -> tuple[Encoder, dict[str, torch.Tensor]]:
    weights, metadata = random_weights("vgg16", 1, channels=(4, 5, 6, 7, 8), dtype=torch.float64)
    metadata |= {"channels": "BGR", "mean": str(MEAN), "std": str(STD)}
    return Encoder(weights, metadata, dtype=torch.float64, **options), weights


def photo(h: int = 32, w: int = 40) -> torch.Tensor:
    return torch.rand(1, 3, h, w, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def by_hand(weights, image, upto: str, *, pad="constant", average=False):
    """The same network, told a second time: BGR, minus the mean, conv, ReLU, pool."""
    x = (image * 255 - torch.tensor(MEAN, dtype=torch.float64).view(1, 3, 1, 1)).flip(1)
    for name in layer_names("vgg16"):
        if name.startswith("conv"):
            x = F.conv2d(F.pad(x, (1,) * 4, mode=pad), weights[f"{name}.weight"])
            x = x + weights[f"{name}.bias"].view(1, -1, 1, 1)
        elif name.startswith("relu"):
            x = x.clamp_min(0)
        else:
            x = F.avg_pool2d(x, 2) if average else F.max_pool2d(x, 2)
        if name == upto:
            return x
    raise AssertionError(upto)


@pytest.mark.parametrize("layer", ["conv1_1", "relu1_1", "conv3_2", "relu4_2", "pool2", "relu5_3"])
def test_features_are_those_of_the_paper(layer: str):
    encoder, weights = narrow()
    torch.testing.assert_close(encoder(photo(), [layer])[layer], by_hand(weights, photo(), layer))


@pytest.mark.parametrize(("padding", "mode"), [("reflect", "reflect"), ("replicate", "replicate")])
def test_padding(padding: str, mode: str):
    encoder, weights = narrow(padding=padding)
    found = encoder(photo(), ["relu3_1"])["relu3_1"]
    torch.testing.assert_close(found, by_hand(weights, photo(), "relu3_1", pad=mode))


def test_replicate_first_pads_only_the_picture():
    encoder, weights = narrow(padding="replicate-first")
    found = encoder(photo(), ["conv1_1", "conv1_2"])
    first = by_hand(weights, photo(), "conv1_1", pad="replicate")
    torch.testing.assert_close(found["conv1_1"], first)
    second = F.conv2d(first.clamp_min(0), weights["conv1_2.weight"], padding=1)
    second = second + weights["conv1_2.bias"].view(1, -1, 1, 1)
    torch.testing.assert_close(found["conv1_2"], second)


def test_average_pooling():
    encoder, weights = narrow(pooling="average")
    found = encoder(photo(), ["relu4_1"])["relu4_1"]
    torch.testing.assert_close(found, by_hand(weights, photo(), "relu4_1", average=True))


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("rounding", ["down", "up"])
def test_an_odd_side_loses_its_last_row_or_keeps_it(pooling, rounding):
    """On 3 x 3 positions: one pooled position, or four, the last of them from the corner alone."""
    encoder, _ = narrow(pooling=pooling, pool_rounding=rounding)
    grid = torch.arange(1.0, 10.0).view(1, 1, 3, 3)
    pooled = encoder._pool(grid)
    kept = {"max": [[5.0, 6.0], [8.0, 9.0]], "average": [[3.0, 4.5], [7.5, 9.0]]}[pooling]
    expected = torch.tensor(kept if rounding == "up" else [kept[0][:1]])
    assert torch.equal(pooled[0, 0], expected)


def test_transposed_kernels_see_the_picture_mirrored_along_its_diagonal():
    (upright, _), (transposed, _) = narrow(), narrow(kernels="transposed")
    mirrored = upright(photo().transpose(2, 3), ["relu3_1"])["relu3_1"].transpose(2, 3)
    torch.testing.assert_close(transposed(photo(), ["relu3_1"])["relu3_1"], mirrored)


def test_a_tap_before_the_relu_keeps_what_is_negative():
    encoder, _ = narrow()
    found = encoder(photo(), ["conv2_1", "relu2_1"])
    assert found["conv2_1"].min() < 0
    torch.testing.assert_close(found["relu2_1"], found["conv2_1"].clamp_min(0))


def test_input_range():
    encoder, _ = narrow()
    found = encoder(photo(), ["conv1_1"], input_range=256.0)["conv1_1"]
    expected = encoder(photo() * 256 / 255, ["conv1_1"])["conv1_1"]
    torch.testing.assert_close(found, expected)


def test_layers_come_in_the_order_asked_for():
    encoder, _ = narrow()
    assert list(encoder(photo(), ["relu3_1", "relu1_1"])) == ["relu3_1", "relu1_1"]


def test_unknown_layer():
    encoder, _ = narrow()
    with pytest.raises(ValueError, match="'relu6_1' is not a layer of vgg16"):
        encoder(photo(), ["relu6_1"])


@pytest.mark.parametrize(("layer", "least"), [("relu5_1", 16), ("relu2_1", 2), ("pool5", 32)])
def test_smallest_picture(layer: str, least: int):
    encoder, _ = narrow()
    assert stride(layer) == least
    assert encoder(photo(least, least), [layer])[layer].shape[-2:] == (1, 1)
    with pytest.raises(ValueError, match=f"needs at least {least} x {least}"):
        encoder(photo(least - 1, 64), [layer])


def test_bfloat16_is_close_to_float32():
    fine, coarse = load_encoder("vgg16"), load_encoder("vgg16", dtype=torch.bfloat16)
    image = photo().float()
    layer = "relu4_2"
    a, b = fine(image, [layer])[layer], coarse(image, [layer])[layer].float()
    assert F.cosine_similarity(a.flatten(), b.flatten(), dim=0) > 0.999


def test_vgg_sees_an_image_as_published():
    """Shapes of VGG-16 and that the shipped weights answer to colors in RGB order."""
    encoder = load_encoder("vgg16")
    found = encoder(photo(64, 64).float(), ["relu1_1", "relu3_3", "relu5_3"])
    assert [tuple(each.shape[1:]) for each in found.values()] == [
        (64, 64, 64),
        (256, 16, 16),
        (512, 4, 4),
    ]


def test_normalized_network_is_the_same_up_to_factors():
    plain = load_encoder("vgg16")(photo(64, 64).float(), ["relu3_1"])["relu3_1"]
    scaled = load_encoder("vgg16-normalized")(photo(64, 64).float(), ["relu3_1"])["relu3_1"]
    for a, b in zip(plain[0], scaled[0], strict=True):
        if a.max() > 0:
            ratio = (a * b).sum() / b.square().sum()
            torch.testing.assert_close(a, ratio * b, rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("padding", ["zeros", "reflect"])
def test_its_arithmetic_is_its_own_in_a_training(padding, dtype):
    weights, metadata = random_weights("vgg16", 1, channels=(8, 8, 8, 8, 8))
    encoder = Encoder(weights, metadata, padding=padding, dtype=dtype)
    alone = encoder(photo().float(), ["relu2_1"])["relu2_1"]
    with torch.autocast("cpu", torch.bfloat16):
        found = encoder(photo().float(), ["relu2_1"])["relu2_1"]
    assert found.dtype == dtype
    assert torch.equal(found, alone)


def test_several_images_at_once_are_refused(monkeypatch):
    encoder, _ = narrow()
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)
    with pytest.raises(ImpastoError, match="2 images were given at once; expected one"):
        encoder(photo().expand(2, 3, 32, 40), ["relu1_1"])
