"""A small decoder learns to paint from features with a painting's statistics."""

import pytest
import torch
import torch.nn.functional as F

from impasto.images.write import save_image
from impasto.networks.decoder import Decoder
from impasto.networks.encoder import Encoder
from impasto.training.adain import LAYERS, AdaIN, Collections
from impasto.training.loop import Plan, learn
from impasto.training.pictures import find_pictures
from impasto.weights.store import random_weights

WIDTHS = (8, 8, 12, 12, 12)


def collect(folder, seed):
    folder.mkdir()
    for number in range(14):
        rng = torch.Generator().manual_seed(100 * seed + number)
        coarse = torch.rand(1, 3, 3 + 8 * seed, 4 + 8 * seed, generator=rng)
        image = F.interpolate(coarse, (48, 64), mode="bicubic").clamp(0, 1)
        save_image(folder / f"{number}.png", image)
    return Collections(*find_pictures([folder]))


@pytest.fixture
def lesson(tmp_path):
    weights, metadata = random_weights("vgg16", seed=0, channels=WIDTHS)
    torch.manual_seed(0)
    decoder, encoder = Decoder("vgg16", 4, WIDTHS), Encoder(weights, metadata, padding="reflect")
    photos, paintings = collect(tmp_path / "photos", 0), collect(tmp_path / "paintings", 1)
    return AdaIN(encoder, decoder, photos, paintings, side=32, judged=2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_decoder_learns_to_paint(lesson, dtype):
    plan = Plan(40, batch=4, learning_rate=3e-3, warmup=1, interval=20, dtype=dtype)
    with torch.no_grad():
        before = sum(lesson.losses(lesson.network, lesson.pairs).values())
    steps = list(learn(lesson, plan))
    assert set(steps[-1].losses) == {"content", "style", "held out"}
    assert steps[-1].losses["held out"] < 0.7 * before
    photos, paintings = lesson.pairs
    assert steps[-1].image.shape == (1, 3, 3 * 32, len(photos) * 32)
    assert torch.equal(steps[-1].image[..., :32, :32], photos[:1])
    assert torch.equal(steps[-1].image[..., 32:64, :32], paintings[:1])


def test_losses_are_those_of_the_paper(lesson):
    """Written out in float64: eq. 8, 12 and 13."""
    photo, painting = (each[:1] for each in lesson.pairs)
    style = lesson.encoder(painting, LAYERS)

    def statistics(features):
        x = features.double().flatten(2)[0]
        return x.mean(1), ((x - x.mean(1, True)).square().sum(1) / (x.shape[1] - 1) + 1e-5).sqrt()

    x = lesson.encoder(photo, ["relu4_1"])["relu4_1"].double()
    (own, spread), (mean, deviation) = statistics(x), statistics(style["relu4_1"])
    along = (1, -1, 1, 1)
    given = (x - own.view(along)) * (deviation / spread).view(along) + mean.view(along)
    made = lesson.encoder(lesson.network(given.float()), LAYERS)
    content = (made["relu4_1"].double() - given).square().mean()
    distances = [
        (a - b).square().mean()
        for name in LAYERS
        for a, b in zip(statistics(made[name]), statistics(style[name]), strict=True)
    ]
    found = lesson.losses(lesson.network, (photo, painting))
    assert found["content"].item() == pytest.approx(content.item(), rel=1e-4)
    assert found["style"].item() == pytest.approx(10 * sum(distances).item(), rel=1e-4)


def test_the_loss_of_a_batch_is_the_mean_of_its_pairs(lesson):
    pairs = [lesson.example(torch.Generator().manual_seed(seed)) for seed in range(3)]
    together = lesson.losses(lesson.network, tuple(map(torch.cat, zip(*pairs, strict=True))))
    alone = [lesson.losses(lesson.network, pair) for pair in pairs]
    for name, value in together.items():
        assert torch.allclose(value, torch.stack([each[name] for each in alone]).mean(), rtol=1e-4)
