"""What a training begins with."""

import pytest
import torch

from impasto.errors import ImpastoError
from impasto.images.write import save_image
from impasto.networks.decoder import ALONE, Decoder
from impasto.networks.transformer import Painters
from impasto.training.lessons import Materials, make_course
from impasto.training.pictures import find_pictures
from impasto.training.settings import TrainJohnson, TrainWCT
from impasto.weights.format import write_weights

SIDE = 32


@pytest.fixture
def materials(pictures_folder):
    photos = find_pictures([pictures_folder])
    styles = {name: torch.rand(1, 3, SIDE, SIDE) for name in ("old", "new")}
    return Materials(photos, styles=styles)


@pytest.fixture
def pictures_folder(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(3):
        rng = torch.Generator().manual_seed(number)
        save_image(folder / f"{number}.png", torch.rand(1, 3, SIDE, SIDE, generator=rng))
    return folder


def stored(path, network, **about):
    write_weights(path, network.state_dict(), {"license": "", **about})
    return str(path)


def test_a_decoder_goes_on_from_another_one(materials, tmp_path):
    given = Decoder("vgg16", 3)
    name = stored(tmp_path / "given.safetensors", given, kind="decoder")
    settings = TrainWCT(begin=name, level=2, side=SIDE, precision="float32")
    network = make_course(settings, materials).lesson.network
    assert network.level == 2
    for key, value in network.state_dict().items():
        if ALONE not in key:  # which has a formula
            assert torch.equal(value, given.state_dict()[key])


def test_what_was_learned_before_is_counted(materials, tmp_path):
    before = {"kind": "decoder", "steps": "30", "seconds": "9", "earlier_steps": "12"}
    name = stored(tmp_path / "given.safetensors", Decoder("vgg16", 2), **before)
    settings = TrainWCT(begin=name, level=2, side=SIDE, precision="float32")
    about = make_course(settings, materials).metadata
    assert (about["earlier_steps"], about["earlier_seconds"]) == ("42", "9")


def painters(tmp_path):
    network = Painters(2, 8)
    torch.nn.init.normal_(network.manners)
    path = tmp_path / "painters.safetensors"
    return network, stored(path, network, kind="painters", paintings='["old", "older"]')


def test_painters_keep_what_they_knew_and_begin_others_like_all_of_them(materials, tmp_path):
    given, name = painters(tmp_path)
    settings = TrainJohnson(begin=name, width=8, side=SIDE, style_side=SIDE, precision="float32")
    network = make_course(settings, materials).lesson.network
    old, new = network.manners
    assert torch.equal(old, given.manners[0])
    assert torch.allclose(new, given.manners.mean(0))
    for key, value in network.transformer.state_dict().items():
        assert torch.equal(value, given.transformer.state_dict()[key])


def test_painters_of_another_width_are_refused(materials, tmp_path):
    _, name = painters(tmp_path)
    settings = TrainJohnson(begin=name, width=16, side=SIDE, style_side=SIDE)
    with pytest.raises(ImpastoError, match="is 8 channels wide, and width is 16"):
        make_course(settings, materials)


def test_it_begins_with_the_seed_if_with_nothing_else(materials):
    settings = TrainWCT(level=2, side=SIDE, precision="float32")
    one, other = (make_course(settings, materials).lesson.network.state_dict() for _ in range(2))
    assert all(torch.equal(one[key], other[key]) for key in one)
