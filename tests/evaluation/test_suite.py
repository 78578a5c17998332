import json
from dataclasses import replace

import pytest
from grey_row import Grey, cell_of

from impasto import RECIPES
from impasto.evaluation import rows
from impasto.evaluation.fill import fill
from impasto.evaluation.pairs import read_pairs
from impasto.evaluation.rows import RecipeRow, recipe_row
from impasto.evaluation.store import Record, Store
from impasto.evaluation.suite import plan_suite
from impasto.evaluation.table import Cell
from impasto.evaluation.views import LARGEST
from impasto.isolated import Delivery


@pytest.fixture
def pair(write_pairs):
    (pair,) = read_pairs(write_pairs("photos/cat.png,paintings/wave.png"))
    return pair


def asked(pair, recipe="draft", size=40, seed=0, threads=None, **settings):
    recipe = RECIPES[recipe]
    recipe = replace(recipe, method=replace(recipe.method, **settings))
    return recipe_row(recipe, size=size, seed=seed, threads=threads).asked(pair)


def test_all_that_decides_a_picture_is_asked_for(pair):
    base = asked(pair)
    assert base["settings"]["size"] == 40
    for other in (
        asked(pair, recipe="standard"),
        asked(pair, size=41),
        asked(pair, seed=1),
        asked(pair, content_weight=7.5),
        asked(replace(pair, style=replace(pair.style, sha256="other"))),
        asked(replace(pair, content=replace(pair.content, sha256="other"))),
    ):
        assert not Record(base, "").answers(other)
    assert Record(json.loads(json.dumps(base)), "").answers(base)


def test_other_weights_of_the_same_name_are_another_network(pair, monkeypatch):
    before = Record(asked(pair), "")
    monkeypatch.setattr("impasto.job.weights_digest", "the digest of another {}".format)
    assert asked(pair)["weights"] == "the digest of another vgg16"
    assert not before.answers(asked(pair))


def test_a_picture_is_stored_with_the_code_that_painted_it(pair, monkeypatch, tmp_path):
    metadata = {"versions": {"impasto": "1"}, "machine": {"threads": 2}}
    monkeypatch.setattr(rows, "run_isolated", lambda order: Delivery(1.0, 2, metadata))
    monkeypatch.setattr(rows, "code_fingerprint", lambda module: f"<{module}>")
    row = recipe_row(RECIPES["draft"], size=40, seed=0, threads=None)
    assert row.make(pair, Store(tmp_path / "out"), "picture.png").made == {
        "impasto": "1",
        "threads": 2,
        "code": "<impasto.run> <impasto.registry>",
    }


def test_threads_count_only_if_they_are_named(pair):
    record = Record(asked(pair), "", made={"threads": 2})
    assert record.answers(asked(pair))
    assert record.answers(asked(pair, threads=2))
    assert not record.answers(asked(pair, threads=1))


def test_the_identity_test_gives_a_recipe_every_painting_once(write_pairs):
    pairs = read_pairs(
        write_pairs(
            *("photos/cat.png,paintings/wave.png", "photos/dog.png,paintings/wave.png"),
            "photos/dog.png,paintings/night.png",
        )
    )
    suite = plan_suite(pairs, [RECIPES["draft"]], given=[Grey()], size=40, identity=True)
    tests = [place for place in suite.places if place.identity]
    assert [place.pair.name for place in tests] == ["wave--wave", "night--night"]
    assert all(isinstance(place.row, RecipeRow) for place in tests)
    assert all(place.pair.content == place.pair.style for place in tests)
    pictures = [place.picture for place in suite.places]
    assert pictures[-1] == "identity/draft/night.png"
    assert len(set(pictures)) == len(pictures) == 3 * 5 + 2


def test_a_table_says_how_it_was_made(pair, plan):
    suite = plan_suite([pair], [RECIPES["draft"]], size=40, seed=3, threads=1)
    assert suite.about["size"] == 40
    assert suite.about["seed"] == 3
    assert suite.about["threads"] == 1
    assert suite.about["recipes"]["draft"]["settings"]["size"] == 40
    assert suite.about["contents"] == {"cat": pair.content.sha256}
    assert suite.about["styles"] == {"wave": pair.style.sha256}
    assert "ms-ssim" in suite.about["metrics"]
    json.dumps(suite.about)


def test_times_of_several_conditions_are_pointed_out(pair, plan):
    suite = plan([pair], Grey(), Grey("again"))
    cells = [Cell(place.row.name, "cat", "wave", "", {}) for place in suite.places]
    made = {"impasto": "0.1", "torch": "2", "threads": 1}
    assert suite.table(replace(cell, made=made) for cell in cells).notes == ()
    cells[3:] = [
        replace(cell, made={**made, "threads": threads})
        for cell, threads in zip(cells[3:], (1, 2), strict=True)
    ]
    assert suite.table(cells).notes == (
        "not all pictures were painted alike, compare no times: impasto 0.1, torch 2, threads 1; "
        "impasto 0.1, torch 2, threads 2",
    )


def test_pictures_of_several_versions_of_the_code_are_pointed_out(pair, plan, originals):
    def notes(*given):
        suite = plan([pair], *given)
        return suite.table(fill(suite, Store(originals / "out"))).notes

    assert notes(Grey("one"), Grey("two")) == ()
    assert notes(Grey("one"), Grey("two"), Grey("three", code="def")) == (
        "pictures were painted by 2 versions of the code (one, two; three): a new folder would "
        "make all of them by one",
    )


def sized(suite, *sizes):
    """Return the notes of a table whose rows of other programs have pictures of these sizes."""
    made = [{}, {}, {}, *({"size": size} for size in sizes)]
    cells = (
        Cell(place.row.name, "cat", "wave", "", {}, made=each)
        for place, each in zip(suite.places, made, strict=True)
    )
    return suite.table(cells).notes


def test_a_photo_that_was_stretched_is_pointed_out(pair, plan):
    """The photo has 56 x 40 pixels."""
    suite = plan([pair], Grey("square"), Grey("same"))
    assert sized(suite, [40, 40], [40, 29]) == (
        "square has 1 picture of other proportions than the photo, which was stretched to be "
        "compared with it: metrics of content say little",
    )


def test_pictures_that_were_measured_smaller_are_pointed_out(pair, plan):
    suite = plan([pair], Grey("large"), Grey("small"))
    *_, note = sized(suite, [1400, 1000], [40, 29])
    assert note == "pictures of more than 1024 pixels were measured at 1024: 1 of large"
    whole = plan_suite([pair], [RECIPES["draft"]], size=LARGEST + 1)
    (note,) = sized(whole, [LARGEST + 1, 732])
    assert note.endswith(
        "at 1024: 1 of content unchanged, 1 of style unchanged, 1 of color transfer only, 1 of "
        "draft"
    )


def test_notes_of_rows_stand_once(pair, plan, originals):
    suite = plan([pair], Grey(notes=("grey is grey",)))
    assert suite.table(fill(suite, Store(originals / "out"))).notes == ("grey is grey",)


def test_rows_of_a_table(pair, plan, originals):
    suite = plan([pair], Grey(fails_on="cat--wave"), Grey("again"))
    table = suite.table(fill(suite, Store(originals / "out")))
    assert table.rows[:3] == ("content unchanged", "style unchanged", "color transfer only")
    assert table.rows[3:] == table.methods == ("grey", "again")
    assert cell_of(table, "grey", "cat", "wave").failure == "no picture today"


@pytest.mark.parametrize(
    "options, message",
    [
        ({"given": [Grey(), Grey()]}, "two rows have the name 'grey'"),
        ({"given": [Grey("draft")]}, "two rows have the name 'draft'"),
        ({"given": [Grey("content-unchanged")]}, "two rows have the name 'content unchanged'"),
        ({"size": 3}, "the size is 3; expected at least 16"),
        ({"seed": -1}, "the seed is -1; expected 0 to"),
    ],
)
def test_what_cannot_be_planned(pair, options, message):
    with pytest.raises(ValueError, match=message):
        plan_suite([pair], [RECIPES["draft"]], **options)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "place"


def test_folders_that_are_taken(place):
    Store(place)
    (place / "notes.txt").write_text("mine")
    Store(place)  # an evaluation with notes beside it
    (place / "cells").rmdir()
    with pytest.raises(ValueError, match="place holds something else than an evaluation"):
        Store(place)
    with pytest.raises(ValueError, match=r"notes\.txt is no folder, or inside of what is none"):
        Store(place / "notes.txt")
    with pytest.raises(ValueError, match=r"deeper can't be used \(No such file"):
        Store(place / "no" / "deeper")
    assert [path.name for path in place.iterdir()] == ["notes.txt"]
