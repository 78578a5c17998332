import pytest
import torch

from impasto.images.picture import ImageError
from impasto.images.sheet import GAP, Tile, in_rows, sheet

RED, BLUE = ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))


def plain(color, h, w):
    return torch.tensor(color)[None, :, None, None].expand(1, 3, h, w).contiguous()


def where(page, color):
    """Return top, bottom, left and right of what has a color."""
    there = (page[0] - torch.tensor(color)[:, None, None]).abs().amax(0) < 0.02
    rows, columns = there.any(1).nonzero()[:, 0], there.any(0).nonzero()[:, 0]
    return tuple(int(each) for each in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1))


def is_written(part):
    return bool((part < 0.5).any())


def test_pictures_stand_in_their_boxes():
    page = sheet([[Tile(plain(RED, 20, 40)), Tile(plain(BLUE, 40, 20))]], box=(60, 80))
    assert page.shape == (1, 3, 60 + 2 * GAP, 2 * 80 + 3 * GAP)
    top, left = GAP, GAP + 80 + GAP
    assert where(page, RED) == (top + 10, top + 50, GAP, GAP + 80)  # 40 x 80, in the middle
    assert where(page, BLUE) == (top, top + 60, left + 25, left + 55)


def test_a_row_is_as_high_as_its_highest_picture():
    page = sheet([[Tile(plain(RED, 10, 80))], [Tile(plain(BLUE, 80, 80))]], box=(80, 80))
    assert where(page, RED)[:2] == (GAP, GAP + 10)
    assert where(page, BLUE)[:2] == (GAP + 10 + GAP, GAP + 10 + GAP + 80)
    assert page.shape[-2] == 3 * GAP + 90


def test_words_stand_under_their_picture():
    words = [Tile(plain(RED, 40, 80), "a name", ("12 s",)), Tile(plain(BLUE, 40, 80))]
    page = sheet([words], box=(40, 80))
    below = page[..., GAP + 40 :, :]
    assert below.shape[-2] > GAP + 30  # two lines
    assert is_written(below[..., : GAP + 80])
    assert not is_written(below[..., GAP + 80 :])


def test_a_picture_stands_right_above_its_words():
    page = sheet([[Tile(plain(RED, 20, 80), "low"), Tile(plain(BLUE, 80, 80), "high")]], (80, 80))
    assert where(page, RED)[1] == where(page, BLUE)[1] == GAP + 80


def test_long_words_stay_in_their_column():
    name = "several words that do not fit into one line andonethatneverwouldwhateverthelineis"
    page = sheet([[Tile(plain(RED, 90, 90), name, ("a note", "another", "x" * 99))]], box=(90, 90))
    assert page.shape[-1] == 90 + 2 * GAP
    assert not is_written(page[..., :GAP])
    assert not is_written(page[..., -GAP:])
    one_line = sheet([[Tile(plain(RED, 90, 90), "one", ("a",))]], box=(90, 90))
    assert page.shape[-2] > one_line.shape[-2] + 80


def test_notes_are_broken_only_between_them():
    def height(*notes):
        return sheet([[Tile(plain(RED, 40, 120), "", notes)]], box=(40, 120)).shape[-2]

    assert height("one", "two") == height("one")
    assert height("sliced Wasserstein", "two") > height("one")


@pytest.mark.parametrize(
    "shown, same",
    [("café", "cafe"), ("weiß", "wei?"), ("北斎", "??"), ("tab\there", "tab?here"), ("Åß", "A?")],
)
def test_letters_that_the_font_lacks(shown, same):
    sheets = [sheet([[Tile(plain(RED, 40, 90), text)]], (40, 90)) for text in (shown, same)]
    assert torch.equal(*sheets)


def test_signs_stand_between_the_pictures():
    tiles = [Tile(plain(RED, 60, 60))] * 2
    page = sheet([tiles], (60, 60), signs=("+", "="))
    left, right = GAP + 60, page.shape[-1] - GAP - 60
    between = page[..., left:right]
    assert is_written(between)
    assert where(between, (34 / 255,) * 3)[0] > GAP + 15  # about the middle
    assert not is_written(page[..., right + 60 :])  # no = behind the last picture


@pytest.mark.parametrize("number, shape", [(1, [1]), (3, [3]), (4, [2, 2]), (5, [3, 2])])
def test_rows_of_a_screen(number, shape):
    assert [len(row) for row in in_rows([Tile(plain(RED, 4, 4))] * number)] == shape


def test_all_recipes_make_a_wide_sheet():
    rows = in_rows([Tile(plain(RED, 4, 4))] * 22)
    assert [len(row) for row in rows] == [6, 6, 6, 4]


@pytest.mark.parametrize("rows", [[], [[]]])
def test_no_pictures(rows):
    with pytest.raises(ImageError, match="expected at least one"):
        sheet(rows, (40, 40))


def test_one_pixel():
    page = sheet([[Tile(plain(RED, 1, 400))]], (40, 40))
    assert where(page, RED)[1] - where(page, RED)[0] == 1
