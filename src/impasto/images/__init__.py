"""Files to tensors and back, color, size and regions."""

from impasto.choices import MIN_SIDE
from impasto.images.animation import check_animation_output, save_animation
from impasto.images.color_transfer import finish, prepare_content, prepare_style
from impasto.images.masks import label_regions, mask_pictures, read_regions, soft_regions
from impasto.images.metadata import read_metadata
from impasto.images.picture import ImageError, Picture, check_side
from impasto.images.read import as_picture, load_image
from impasto.images.resize import fit, resize, resize_masks, size_of
from impasto.images.write import check_output, encode_png, save_image

__all__ = [
    "MIN_SIDE",
    "ImageError",
    "Picture",
    "as_picture",
    "check_animation_output",
    "check_output",
    "check_side",
    "encode_png",
    "finish",
    "fit",
    "label_regions",
    "load_image",
    "mask_pictures",
    "prepare_content",
    "prepare_style",
    "read_metadata",
    "read_regions",
    "resize",
    "resize_masks",
    "save_animation",
    "save_image",
    "size_of",
    "soft_regions",
]
