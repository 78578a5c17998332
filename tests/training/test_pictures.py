"""Crops to learn from: where they come from, what they may be, and that a seed repeats them."""

import io
import tarfile

import pytest
import torch

from impasto.errors import ImpastoError
from impasto.images.write import encode_png, save_image
from impasto.training.pictures import Pictures, find_pictures


def picture(number, h=40, w=56):
    rng = torch.Generator().manual_seed(number)
    return torch.rand(1, 3, 1, 1, generator=rng).expand(1, 3, h, w).contiguous()


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "photos"
    (place / "more").mkdir(parents=True)
    for number in range(12):
        save_image(place / ("more" if number % 2 else ".") / f"{number}.png", picture(number))
    (place / "notes.txt").write_text("no picture")
    return place


def crops(pictures, seed=0, count=6, side=16):
    return pictures.crops(count, side, torch.Generator().manual_seed(seed))


def names(pictures):
    return {each.name for each in pictures.sources}


def test_a_folder_is_read_with_its_folders_and_a_part_is_held_out(folder):
    learned, held_out = find_pictures([folder])
    assert len(learned.sources) + len(held_out.sources) == 12 and held_out.sources
    assert not names(learned) & names(held_out)
    save_image(folder / "another.png", picture(99))
    again = find_pictures([folder])
    assert names(learned) <= names(again[0]) and names(held_out) <= names(again[1])


def test_crops_have_the_size_and_a_seed_repeats_them(folder):
    learned, _ = find_pictures([folder])
    first = crops(learned)
    assert first.shape == (6, 3, 16, 16) and first.dtype == torch.float32
    assert torch.equal(first, crops(learned)) and not torch.equal(first, crops(learned, 1))


def test_a_crop_is_any_part_at_any_scale_and_mirrored_or_not(tmp_path):
    ramp = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    for number in range(2):
        save_image(tmp_path / f"{number}.png", ramp)
    learned, _ = find_pictures([tmp_path])
    found = crops(learned, count=40, side=16)[:, 0, 0]
    spans = (found[:, -1] - found[:, 0]).abs()
    assert spans.min() < 0.3 and spans.max() > 0.8  # from 16 pixels of 64 to nearly all of them
    assert 10 < (found[:, 0] > found[:, -1]).sum() < 30


def test_a_tar_file_holds_the_same_pictures(folder, tmp_path):
    with tarfile.open(tmp_path / "shard.tar", "w") as archive:
        for number in range(12):
            data = encode_png(picture(number))
            info = tarfile.TarInfo(f"{number}.png")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    learned, held_out = find_pictures([tmp_path / "shard.tar"])
    assert len(learned.sources) + len(held_out.sources) == 12
    colors = {in_8_bits(each) for each in crops(learned, count=60)}
    assert colors <= {in_8_bits(picture(number)[0]) for number in range(12)}
    assert len(colors) > 5


def in_8_bits(image):
    return tuple((image[:, 0, 0] * 255).round().int().tolist())


def rounded(number):
    return (picture(number) * 255).round() / 255


def test_weights_say_how_often_a_picture_is_drawn(folder):
    rows = [f"{'more/' if number % 2 else ''}{number}.png,0" for number in range(12) if number != 3]
    (folder / "weights.csv").write_text("\n".join(rows))
    learned, held_out = find_pictures([folder])
    both = Pictures([*learned.sources, *held_out.sources])
    assert torch.allclose(crops(both), rounded(3)[..., :16, :16].expand(6, 3, 16, 16), atol=1e-6)


def test_bad_pictures_are_skipped_counted_and_draw_the_same_after_a_resume(folder):
    (folder / "2.png").write_bytes(b"not a picture")
    save_image(folder / "4.png", picture(4, 8, 90))
    learned, held_out = find_pictures([folder])
    both = Pictures([*learned.sources, *held_out.sources])
    first, later = crops(both, 0, 40), crops(both, 1, 40)
    assert set(both.bad) == {"2.png", "4.png"}
    assert "8 pixels; expected 16 x 16" in both.bad["4.png"]
    assert torch.equal(later, crops(Pictures(both.sources), 1, 40))
    assert torch.equal(first, crops(both, 0, 40))


def test_middles_are_the_same_each_time(folder):
    learned, _ = find_pictures([folder])
    found = learned.middles(3, 16)
    assert found.shape == (3, 3, 16, 16) and torch.equal(found, learned.middles(3, 16))
    assert len(learned.middles(100, 16)) == len(learned.sources)


def test_what_can_not_be_learned_from(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ImpastoError, match="empty has no pictures; expected a folder of them"):
        find_pictures([empty])
    with pytest.raises(ImpastoError, match="nowhere"):
        find_pictures([tmp_path / "nowhere"])
    save_image(empty / "one.png", picture(0))
    with pytest.raises(ImpastoError, match="there is 1 picture; expected at least 2"):
        find_pictures([empty])
    (tmp_path / "bad.tar").write_bytes(b"x" * 2000)
    with pytest.raises(ImpastoError, match=r"bad.tar is no tar file that can be read"):
        find_pictures([tmp_path / "bad.tar"])
    (folder / "weights.csv").write_text("2.png,often")
    with pytest.raises(ImpastoError, match="isn't a name and a number; expected rows such as"):
        find_pictures([folder])
    (folder / "weights.csv").unlink()
    learned, _ = find_pictures([folder])
    with pytest.raises(ImpastoError, match=r"none of \d+ pictures can be learned from; .*56 x 40"):
        crops(learned, side=64)
