import base64
import io

import PIL.Image
import pytest
import torch

from impasto.images import load_image
from impasto.images.embed import embed
from impasto.images.picture import ImageError


def decoded(uri):
    kind, _, data = uri.partition(";base64,")
    assert kind == "data:image/webp"
    return base64.b64decode(data, validate=True)


@pytest.mark.parametrize("side, size", [(16, (12, 16)), (32, (24, 32)), (999, (24, 32))])
def test_at_most_a_side(image, side, size):
    found = embed(image, side)
    assert (found.height, found.width) == size
    with PIL.Image.open(io.BytesIO(decoded(found.uri))) as file:
        assert file.size == size[::-1]


def test_it_is_the_picture(image):
    shown = load_image(decoded(embed(image, 32, quality=95).uri))
    assert (shown - image).abs().mean() < 0.03


def test_quality_is_bytes(image):
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    assert len(embed(noise, 64, quality=90).uri) > 1.3 * len(embed(noise, 64, quality=50).uri)


def test_what_is_no_image():
    with pytest.raises(ImageError, match="NaN"):
        embed(torch.full((1, 3, 8, 8), float("nan")), 8)
