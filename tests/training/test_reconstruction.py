"""A small decoder learns to invert a small random encoder."""

import pytest
import torch

from impasto.images.write import save_image
from impasto.networks.decoder import ALONE, Decoder
from impasto.networks.encoder import Encoder
from impasto.training.first_level import fit_first_level
from impasto.training.loop import Plan, learn
from impasto.training.pictures import find_pictures
from impasto.training.reconstruction import SHOWN, Reconstruction
from impasto.weights.store import random_weights

WIDTHS = (8, 8, 12, 12, 12)


@pytest.fixture
def lesson(tmp_path):
    for number in range(14):
        rng = torch.Generator().manual_seed(number)
        coarse = torch.rand(1, 3, 3, 4, generator=rng)
        image = torch.nn.functional.interpolate(coarse, (48, 64), mode="bicubic").clamp(0, 1)
        save_image(tmp_path / f"{number}.png", image)
    learned, held_out = find_pictures([tmp_path])
    weights, metadata = random_weights("vgg16", seed=0, channels=WIDTHS)
    torch.manual_seed(0)
    decoder = Decoder("vgg16", 5, WIDTHS)
    return Reconstruction(
        Encoder(weights, metadata, padding="reflect"), decoder, learned, held_out, side=32, judged=2
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_decoder_learns_to_give_back_the_picture(lesson, dtype):
    plan = Plan(40, batch=4, learning_rate=3e-3, warmup=1, interval=20, dtype=dtype)
    before = judged(lesson)
    steps = list(learn(lesson, plan))
    assert steps[-1].losses["held out"] < before - 0.5  # of natural logarithms: 2 dB
    rows, columns = 2 + len(lesson.levels), min(SHOWN, len(lesson.kept_out))
    assert steps[-1].image.shape == (1, 3, rows * 32, columns * 32)
    assert torch.equal(steps[-1].image[..., :32, :32], lesson.kept_out[:1])
    assert steps[-1].image.min() >= 0 and steps[-1].image.max() <= 1


def judged(lesson):
    with torch.no_grad():
        each = [lesson.losses(lesson.network, batch)["error"] for batch in lesson.held_out()]
    return torch.stack(each).mean()


def test_every_level_is_learned_and_judged(lesson):
    levels = [int(lesson.example(torch.Generator().manual_seed(seed))[1]) for seed in range(60)]
    assert set(levels) == {2, 3, 4, 5}  # the first has a formula
    assert levels.count(5) > 1.5 * levels.count(2)  # the deeper, the more often
    assert [int(batch[1][0]) for batch in lesson.held_out()] == [2, 3, 4, 5]


def test_a_loss_of_a_batch_is_the_mean_of_its_examples(lesson):
    examples = [lesson.example(torch.Generator().manual_seed(seed)) for seed in range(3)]
    together = tuple(torch.cat(each) for each in zip(*examples, strict=True))
    alone = [lesson.losses(lesson.network, each)["error"] for each in examples]
    whole = lesson.losses(lesson.network, together)["error"]
    assert torch.allclose(whole, torch.stack(alone).mean(), atol=1e-6)


def test_a_decoder_that_knows_where_maxima_were_draws_sharper(lesson):
    plan = Plan(40, batch=4, learning_rate=3e-3, warmup=1, interval=40)
    lesson.levels = (3,)
    state = {name: each.clone() for name, each in lesson.network.state_dict().items()}
    plain = list(learn(lesson, plan))[-1].losses["held out"]
    lesson.network.load_state_dict(state)
    lesson.unpools = True
    assert list(learn(lesson, plan))[-1].losses["held out"] < plain - 0.2


def test_the_first_level_is_the_best_that_a_convolution_can_do(lesson):
    """Beside what hundreds of steps of an optimizer find from there: nothing better."""
    network, encoder = lesson.network, lesson.encoder
    alone = network.convolutions[ALONE]
    crops = lesson.learned.crops(8, 32, torch.Generator().manual_seed(1)).split(1)
    features = [encoder(crop, ["relu1_1"])["relu1_1"] for crop in crops]

    def error():
        pairs = zip(features, crops, strict=True)
        return torch.stack([(network(f, 1) - x).square().mean() for f, x in pairs]).mean()

    before = error().item()
    fit_first_level(network, encoder, lesson.learned, 32)
    assert not any(each.requires_grad for each in alone.parameters())
    fitted = error().item()
    alone.requires_grad_(True)
    adam = torch.optim.Adam(alone.parameters(), 1e-4)
    for _ in range(200):
        adam.zero_grad()
        loss = error()
        loss.backward()
        adam.step()
    assert fitted < before / 10 and error().item() > 0.5 * fitted
