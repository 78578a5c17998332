import pytest
import torch
from grey_row import cell_of

from impasto.evaluation.fill import fill
from impasto.evaluation.given import read_given
from impasto.evaluation.pairs import read_pairs
from impasto.evaluation.store import Store
from impasto.images.read import load_image
from impasto.images.write import save_image


@pytest.fixture
def pairs(write_pairs):
    lines = ("photos/cat.png,paintings/wave.png", "photos/dog.png,paintings/night.png")
    return read_pairs(write_pairs(*lines))


@pytest.fixture
def folder(originals, photo):
    place = originals / "peer"
    place.mkdir()
    save_image(place / "cat--wave.jpg", photo)
    (place / "readme.txt").write_text("how these were made")
    return place


def test_what_is_missing_is_said(folder, pairs):
    row = read_given("peer", str(folder), pairs)
    assert row.notes == ("peer has no picture of 1 pair: dog--night",)
    assert [row.asked(pair) is None for pair in pairs] == [False, True]


def test_nothing_is_missing(folder, pairs, photo):
    save_image(folder / "dog--night.PNG", photo)
    assert read_given("peer", str(folder), pairs).notes == ()


def test_its_pictures_stand_in_the_table(folder, pairs, plan, originals):
    """Beside the controls, as PNG of the same pixels, with the seconds that were given."""
    (folder / "times.csv").write_text("content,style,seconds\ncat,wave,12.5\n")
    suite = plan(pairs, read_given("peer", str(folder), pairs))
    table = suite.table(fill(suite, Store(originals / "out")))
    cell = cell_of(table, "peer", "cat", "wave")
    assert cell.seconds == 12.5
    assert cell.memory is None
    assert set(cell.scores) == {"ssim", "color"}
    assert torch.equal(
        load_image(originals / "out" / cell.picture), load_image(folder / "cat--wave.jpg")
    )
    assert cell_of(table, "peer", "dog", "night") is None
    assert table.notes == (
        "peer has no picture of 1 pair: dog--night",
        "peer has 1 picture of another size than 40 (the first is 56 x 40): scores depend on it",
    )


def test_pictures_of_no_pair_are_said_where_one_is_missing(folder, pairs, photo):
    """One dash in the place of two makes the difference."""
    save_image(folder / "dog-night.png", photo)
    assert read_given("peer", str(folder), pairs).notes == (
        "peer has no picture of 1 pair: dog--night; of no pair are dog-night.png",
    )


def test_times_that_belong_to_no_picture_are_said(folder, pairs, photo):
    """A whole column of times is lost without a word if names are written with suffixes."""
    (folder / "times.csv").write_text("content,style,seconds\ncat.jpg,wave.jpg,12.5\n")
    assert read_given("peer", str(folder), pairs[:1]).notes == (
        "times.csv of peer has times of pictures that aren't there: cat.jpg--wave.jpg; names stand "
        "in it without suffix",
        "times.csv of peer has no time of 1 picture: cat--wave",
    )
    (folder / "times.csv").write_text("content,style,seconds\ncat,wave,1\ncat,tide,2\n")
    assert read_given("peer", str(folder), pairs[:1]).notes == (
        "times.csv of peer has times of pictures that aren't there: cat--tide",
    )
    (folder / "times.csv").write_text("content,style,seconds\ncat,wave,1\ncat,sea,2\n")
    save_image(folder / "cat--sea.png", photo)  # of a pair that isn't asked for
    assert read_given("peer", str(folder), pairs[:1]).notes == ()


def test_new_seconds_and_new_pictures_are_seen(folder, pairs, plan, originals, photo):
    def cell():
        suite = plan(pairs, read_given("peer", str(folder), pairs))
        return cell_of(suite.table(fill(suite, Store(originals / "out"))), "peer", "cat", "wave")

    first = cell()
    (folder / "times.csv").write_text("content,style,seconds\ncat,wave,3\n")
    timed = cell()
    assert (first.seconds, timed.seconds) == (None, 3)
    assert timed.scores == first.scores
    save_image(folder / "cat--wave.jpg", 1 - photo)
    assert cell().scores["ssim"] < 0.5 < first.scores["ssim"]


def test_a_folder_without_any_says_what_was_looked_for(originals, pairs):
    with pytest.raises(
        ValueError,
        match=r"photos has no picture of these pairs; expected files "
        r"such as cat--wave.png, dog--night.png \(or with another of .png, .jpg",
    ):
        read_given("peer", str(originals / "photos"), pairs)


CASES = {
    "header": ("cat,wave,3", "times.csv begins with 'cat,wave,3'; expected the line 'content,sty"),
    "fields": ("content,style,seconds\ncat,wave", "line 2 of .*times.csv is 'cat,wave'"),
    "word": (
        "content,style,seconds\ncat,wave,long",
        "line 2 of .*times.csv has 'long' as sec",
    ),
    "twice": (
        "content,style,seconds\ncat,wave,3\ncat,wave,5",
        "line 3 of .*times.csv has cat--wave again; expected each pair once",
    ),
    "negative": ("content,style,seconds\ncat,wave,-1", "has '-1' as seconds"),
    "no number": ("content,style,seconds\ncat,wave,nan", "has 'nan' as seconds"),
    "infinite": ("content,style,seconds\ncat,wave,inf", "has 'inf' as seconds"),
}


@pytest.mark.parametrize("text, message", CASES.values(), ids=CASES)
def test_times_that_make_no_sense(folder, pairs, text, message):
    (folder / "times.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_given("peer", str(folder), pairs)


def test_folders_that_cannot_be_used(folder, pairs, photo):
    with pytest.raises(ValueError, match="nowhere can't be read"):
        read_given("peer", str(folder / "nowhere"), pairs)
    save_image(folder / "cat--wave.png", photo)
    with pytest.raises(ValueError, match=r"peer has two pictures cat--wave: .jpg and .png"):
        read_given("peer", str(folder), pairs)
    (folder / "cat--wave.png").unlink()
    (folder / "cat--wave.jpg").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"cat--wave.jpg isn't a picture"):
        read_given("peer", str(folder), pairs)
