"""Painted regions."""

import io

import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageDraw, ImageFilter

from impasto.images.labels import find_palette
from impasto.images.masks import label_regions, mask_pictures, read_regions, soft_regions
from impasto.images.picture import ImageError
from impasto.images.read import as_picture, load_image

RED, GREEN, BLUE, GREY = (230, 30, 20), (20, 200, 60), (30, 60, 220), (128, 128, 128)


def painted(size=(64, 64), left=RED, right=BLUE, disc=None, smooth=False):
    """Two halves and a disc, with a hard or a smooth brush; size is (w, h)."""
    scale = 4 if smooth else 1
    w, h = size[0] * scale, size[1] * scale
    picture = PIL.Image.new("RGB", (w, h), left)
    draw = ImageDraw.Draw(picture)
    draw.rectangle([w // 2, 0, w, h], fill=right)
    if disc is not None:
        draw.ellipse([w // 4, h // 4, 3 * w // 4, 3 * h // 4], fill=disc)
    return picture.resize(size, PIL.Image.Resampling.BOX)


def as_jpeg(picture, quality=75):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def read(content, *styles):
    pictures = [as_picture(each) for each in (content, *styles)]
    sizes = [(each.image.shape[-2], each.image.shape[-1]) for each in pictures]
    return read_regions(content, styles, content_size=sizes[0], style_sizes=sizes[1:])


def assert_partition(masks):
    assert masks.dtype == torch.float32 and masks.dim() == 4 and masks.shape[1] == 1
    assert masks.min() >= 0 and masks.max() <= 1 + 1e-6
    assert torch.allclose(masks.sum(0), torch.ones_like(masks[0]), atol=1e-5)


def test_each_color_is_a_region_and_the_largest_comes_first():
    content = painted(left=RED, right=RED, disc=GREEN)
    style = painted((40, 30), left=GREEN, right=GREEN, disc=RED)
    masks, (style_masks,) = read(content, style)
    assert masks.shape == (2, 1, 64, 64) and style_masks.shape == (2, 1, 30, 40)
    for each in (masks, style_masks):
        assert_partition(each)
        assert set(each.unique().tolist()) == {0, 1}
    assert masks[0, 0, 0, 0] == 1 and masks[1, 0, 32, 32] == 1  # red around green
    assert style_masks[1, 0, 0, 0] == 1 and style_masks[0, 0, 15, 20] == 1  # the reverse


@pytest.mark.parametrize("quality", [50, 75, 92])
@pytest.mark.parametrize("smooth", [False, True])
def test_jpeg_noise_and_smooth_brushes_snap(quality, smooth):
    colors = {"left": RED, "right": BLUE, "disc": GREEN}
    content = painted(**colors)
    style = as_jpeg(painted(**colors, smooth=smooth), quality)
    masks, (style_masks,) = read(content, style)
    assert masks.shape == style_masks.shape == (3, 1, 64, 64)
    assert set(style_masks.unique().tolist()) == {0, 1}
    assert_partition(style_masks)
    assert (masks * style_masks).sum() / 64**2 > 0.97


def test_the_rim_between_two_colors_is_not_a_third_one():
    """The grey of a smooth edge from black to white isn't the region that was painted grey."""
    picture = painted((65, 64), (0, 0, 0), (255, 255, 255), smooth=True)
    ImageDraw.Draw(picture).rectangle([0, 50, 12, 63], fill=GREY)
    regions, _ = label_regions(load_image(picture), [])
    grey = regions[find_palette(load_image(picture)).mean(1).sub(128).abs().argmin()]
    assert grey[0, :45].sum() == 0 and grey[0, 52:, :11].min() == 1


def test_sixteen_colors_but_not_more():
    values = [(r, g, b) for r in (0, 120, 240) for g in (0, 120, 240) for b in (0, 240)]
    for count in (16, 17):
        picture = PIL.Image.new("RGB", (8 * count, 16))
        for index, color in enumerate(values[:count]):
            picture.paste(color, (8 * index, 0, 8 * index + 8, 16))
        if count == 16:
            masks, _ = label_regions(load_image(picture), [])
            assert len(masks) == 16
            assert_partition(masks)
        else:
            with pytest.raises(ImageError, match="up to 16 flat colors"):
                label_regions(load_image(picture), [])


def test_a_color_that_only_one_has():
    two, three = painted(), painted(disc=GREEN)
    with pytest.raises(ImageError, match=r"#14c83c is painted in mine but not in theirs"):
        label_regions(load_image(three), [load_image(two)], ["mine", "theirs"])
    with pytest.raises(ImageError, match=r"#14c83c is painted in theirs but not in mine"):
        label_regions(load_image(two), [load_image(three)], ["mine", "theirs"])
    with pytest.raises(ImageError, match="in the content's mask but not in the mask of style 2"):
        label_regions(load_image(three), [load_image(three), load_image(two)])
    with pytest.raises(ImageError, match="the content's mask but not in the mask of style 1"):
        read(painted(left=RED), painted(left=GREEN))


def test_colors_that_are_nearly_the_same_belong_together():
    masks, (style_masks,) = read(painted(), painted(left=(220, 38, 25), right=(38, 52, 212)))
    assert torch.equal(masks, style_masks)


def test_photographs_gradients_and_single_colors_are_no_label_images(image):
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    for picture in (noise, torch.linspace(0, 1, 64).expand(1, 3, 64, 64)):
        assert find_palette(picture) is None
    with pytest.raises(ImageError, match="neither a label image nor a gray mask"):
        read(painted(), noise)
    with pytest.raises(ImageError, match="one color only"):
        read(PIL.Image.new("RGB", (32, 32), RED), painted())


# Soft masks


def soft(size=(64, 48), blur=6):
    picture = PIL.Image.new("L", size, 0)
    picture.paste(255, (size[0] // 2, 0, *size))
    return picture.filter(ImageFilter.GaussianBlur(blur))


def test_a_grey_mask_is_white_and_black():
    content, style = soft(), soft((32, 32), 3)
    masks, (style_masks,) = read(content, style)
    grey = torch.from_numpy(np.array(content)).float() / 255
    assert torch.allclose(masks[0, 0], grey) and torch.allclose(masks[1, 0], 1 - grey)
    assert_partition(masks)
    assert style_masks.shape == (2, 1, 32, 32)


def test_hard_and_soft_grey_masks_go_together():
    masks, styles = read(soft(blur=0), soft(), soft((40, 40)))
    for each in (masks, *styles):
        assert each[0, 0, 5, -1] > 0.99 and each[1, 0, 5, 0] > 0.99


def test_three_flat_greys_are_labels():
    picture = painted(left=(0, 0, 0), right=(255, 255, 255), disc=GREY)
    masks, _ = read(picture, picture)
    assert len(masks) == 3
    with pytest.raises(ImageError, match="is painted in"):
        read(picture, soft(blur=0))


@pytest.mark.parametrize(("value", "missing"), [(0, "white"), (255, "black")])
def test_a_mask_without_one_of_its_regions(value, missing):
    with pytest.raises(ImageError, match=f"the mask of style 1 has nothing {missing}"):
        read(soft(), PIL.Image.new("L", (64, 48), value))


def test_a_layer_of_a_painting_program():
    """White strokes on nothing: what wasn't painted counts as black."""
    layer = PIL.Image.new("RGBA", (64, 48), (255, 0, 255, 0))
    layer.paste((255, 255, 255, 255), (32, 0, 64, 48))
    masks, _ = read(layer, soft())
    assert torch.equal(masks[0, 0, 0], torch.tensor([0.0] * 32 + [1.0] * 32))


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_soft_regions_are_a_partition(h, w, seed):
    mask = torch.rand(1, 1, h, w, generator=torch.Generator().manual_seed(seed))
    assert_partition(soft_regions(mask))


# Sizes


def test_masks_are_brought_to_the_size_of_their_image():
    masks, (style_masks,) = read_regions(
        painted((64, 48)), [painted((40, 40))], content_size=(93, 125), style_sizes=[(200, 201)]
    )
    assert masks.shape == (2, 1, 93, 125) and style_masks.shape == (2, 1, 200, 201)
    assert_partition(masks)
    assert_partition(style_masks)


def test_other_proportions_are_an_error():
    with pytest.raises(ImageError, match="is 64 x 48 pixels and its image 100 x 100"):
        read_regions(painted((64, 48)), [], content_size=(100, 100), style_sizes=[])
    with pytest.raises(ImageError, match="is 64 x 48 pixels and its image 48 x 64"):
        read_regions(
            painted((64, 48)), [painted((64, 48))], content_size=(48, 64), style_sizes=[(64, 48)]
        )


def test_a_mask_that_cannot_be_read(tmp_path):
    with pytest.raises(ImageError, match="there is no file"):
        read_regions(tmp_path / "no.png", [], content_size=(9, 9), style_sizes=[])


# One soft mask for each region


def ramp(size=(64, 48), start=0, end=255):
    return PIL.Image.fromarray(
        np.tile(np.linspace(start, end, size[0]), (size[1], 1)).astype(np.uint8)
    )


def test_several_soft_masks_are_a_region_each():
    ones, others = [ramp(), ramp(start=255, end=0)], [ramp((32, 32)), ramp((30, 30), 255, 0)]
    masks, (style_masks,) = read_regions(
        ones, [others], content_size=(48, 64), style_sizes=[(32, 32)]
    )
    assert masks.shape == (2, 1, 48, 64) and style_masks.shape == (2, 1, 32, 32)
    assert torch.allclose(masks[0, 0, 0], torch.from_numpy(np.array(ramp())[0] / 255).float())
    assert masks[1, 0, 0, 0] == 1 and masks[1, 0, 0, -1] == 0


def test_three_soft_masks_share_where_they_overlap_and_leave_the_rest():
    values = torch.tensor([[1.0, 1.0, 0.5, 0.0], [1.0, 0.0, 0.25, 0.0], [1.0, 0.0, 0.0, 0.0]])
    stack = values.repeat_interleave(4, 1).view(3, 1, 1, 16).expand(3, 1, 16, 16)
    for given_stack in (stack, stack.numpy(), list(stack[:, 0]), tuple(stack[:, 0].numpy())):
        masks, (style_masks,) = read_regions(
            given_stack, [stack], content_size=(16, 16), style_sizes=[(16, 16)]
        )
        expected = torch.tensor([[1 / 3, 1, 0.5, 0], [1 / 3, 0, 0.25, 0], [1 / 3, 0, 0, 0]])
        assert torch.allclose(masks[:, 0, 0, ::4], expected)
        assert torch.equal(masks, style_masks)


def test_a_stack_of_one_is_a_gray_picture():
    (picture,) = mask_pictures(torch.zeros(1, 1, 16, 16))
    assert picture.image.shape == (1, 3, 16, 16)


def test_several_masks_that_do_not_go_together():
    two, sizes = [ramp(), soft()], {"content_size": (48, 64), "style_sizes": [(48, 64)]}
    with pytest.raises(ImageError, match="2 masks for the content and 1 for a style; expected one"):
        read_regions(two, [soft()], **sizes)
    with pytest.raises(ImageError, match="one of several masks and has colors"):
        read_regions(two, [[ramp(), painted((64, 48))]], **sizes)
    with pytest.raises(ImageError, match="the mask of style 1 has nothing white"):
        read_regions(two, [[ramp(), PIL.Image.new("L", (64, 48))]], **sizes)
    with pytest.raises(ImageError, match="is 40 x 40 pixels and its image 64 x 48"):
        read_regions([ramp(), soft((40, 40))], [two], **sizes)
    with pytest.raises(ImageError, match="an empty list"):
        read_regions([], [two], **sizes)
