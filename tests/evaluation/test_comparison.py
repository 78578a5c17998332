import base64
import hashlib
import os
import re
from dataclasses import replace

import pytest
import torch
from judged import judged, number_in, read_page

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.report import (
    HEADLINES,
    check_comparison,
    comparison,
    draw_sheet,
    page_of,
    write_comparison,
)
from impasto.evaluation.table import CONTROLS
from impasto.images import load_image
from impasto.images.picture import ImageError

METHODS = ("standard", "draft")
ALL = ("the photo", "the painting", "color transfer only", *METHODS)


@pytest.fixture
def table(tmp_path):
    return judged(tmp_path, METHODS, metrics=HEADLINES)


def drawn(sheet, tone):
    """Tell whether a sheet has the picture of a tone, see `judged.draw`."""
    color = torch.tensor([tone / 9, 1 - tone / 9, 0.5])[:, None, None]
    return bool(((sheet[0] - color).abs().amax(0) < 0.01).sum() > 10_000)


def test_the_sheet_has_originals_and_results(table, tmp_path):
    sheet = draw_sheet(table, tmp_path)
    assert [drawn(sheet, tone) for tone in range(5)] == [True, True, False, True, True]


def test_the_sheet_says_which_way_scores_are_better(table, tmp_path, monkeypatch):
    tiles = []
    original = comparison.in_rows
    monkeypatch.setattr(comparison, "in_rows", lambda given: tiles.extend(given) or original(given))
    draw_sheet(table, tmp_path)
    for tile in tiles[:2]:
        for name, note in zip(HEADLINES, tile.notes[1:], strict=True):
            of = {"content": "photo", "style": "painting"}[METRICS[name].subject]
            better = f"of the {of}, {METRICS[name].better} is better"
            assert re.fullmatch(rf"{name} -?[\d.]+ \({better}\)", note)
    for tile in tiles[2:]:
        assert [note.split()[0] for note in tile.notes[1:]] == list(HEADLINES)


def test_who_saw_with_another_network_says_so(tmp_path, monkeypatch):
    """On the sheet and on the page: neither is what was published."""
    table = judged(tmp_path, ("draft", "keras-2017"), metrics=HEADLINES)
    settings = {"draft": {"settings": {}}, "keras-2017": {"settings": {"encoder": "vgg16"}}}
    table = replace(table, about={**table.about, "recipes": settings})
    tiles = []
    original = comparison.in_rows
    monkeypatch.setattr(comparison, "in_rows", lambda given: tiles.extend(given) or original(given))
    write_comparison(table, tmp_path, tmp_path / "sheet.png")
    stand_in = "vgg16 in the place of vgg19"
    assert [tile.name for tile in tiles if stand_in in tile.notes] == ["keras-2017"]
    assert (tmp_path / "sheet.html").read_text().count(stand_in) >= 1


def test_what_failed_is_not_on_the_sheet(table, tmp_path):
    cells = [replace(c, picture="", failure="no") if c.row == "draft" else c for c in table.cells]
    sheet = draw_sheet(replace(table, cells=tuple(cells)), tmp_path)
    assert [drawn(sheet, tone) for tone in range(5)] == [True, True, False, True, False]


def test_sheet_and_page(table, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    assert write_comparison(table, tmp_path, out / "sheet.png") == ()
    assert sorted(os.listdir(out)) == ["sheet.html", "sheet.png"]
    assert torch.equal(load_image(out / "sheet.png"), draw_sheet(table, tmp_path))


@pytest.fixture
def page(table, tmp_path):
    write_comparison(table, tmp_path, tmp_path / "sheet.png")
    return read_page(tmp_path / "sheet.html")


def test_two_lists_of_all_pictures(page):
    left, right = page.all("select")
    for each in (left, right):
        assert [option.words for option in each.all("option")] == list(ALL)
        assert each.attributes["id"] in {label.attributes["for"] for label in page.all("label")}
    chosen = [o.words for o in page.all("option") if "selected" in o.attributes]
    assert chosen == ["the photo", "standard"]
    assert [f.all("strong")[0].words for f in page.all("figure")] == list(ALL)


def test_a_slider_by_the_rules(page):
    (slider,) = page.all("div", role="slider")
    given = {name: value for name, value in slider.attributes.items() if name != "id"}
    assert given == {
        "role": "slider",
        "tabindex": "0",
        "aria-label": "Edge between the two pictures",
        "aria-orientation": "horizontal",
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        "aria-valuenow": "50",
    }


def test_only_its_own_script_runs(page, tmp_path):
    (script,) = page.all("script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy.attributes["content"].endswith(f"script-src 'sha256-{digest}'")
    assert "http" not in (tmp_path / "sheet.html").read_text().replace("http-equiv", "")
    links = [
        e.attributes[name] for e in page.all() for name in ("src", "href") if name in e.attributes
    ]
    assert len(links) == 1 + len(ALL)
    assert all(link.startswith("data:") for link in links)


def test_time_and_scores(page, table):
    (shown,) = page.all("table")[:1]
    heads = [h.words.split(" ")[0] for h in shown.all("th", scope="col")]
    assert heads == ["seconds", "memory", *HEADLINES]
    lines = [row.all("td") for row in shown.all("tr")[1:]]
    for row, cells in zip((*CONTROLS, *METHODS), lines, strict=True):
        (cell,) = [c for c in table.cells if c.row == row]
        assert [number_in(each) for each in cells] == [
            cell.seconds,
            None if cell.memory is None else cell.memory / 1e6,
            *(cell.scores[name] for name in HEADLINES),
        ]
    names = [head.words for head in shown.all("th", scope="row")]
    assert names == list(ALL)


def test_hostile_names(tmp_path):
    name = '<img src=x onerror="alert(1)"></script><script>alert(2)</script>'
    table = judged(tmp_path, (name, "draft"), [(name, name)], HEADLINES)
    write_comparison(table, tmp_path, tmp_path / "sheet.png")
    page = read_page(tmp_path / "sheet.html")
    assert len(page.all("script")) == 1
    assert len(page.all("img")) == 2 + len(table.cells)  # and the two over each other
    assert page.all("option")[3].text == name


@pytest.mark.parametrize("name", ["sheet.txt", "sheet.html", "sheet", "no/sheet.png"])
def test_names_that_are_no_pictures(tmp_path, name):
    with pytest.raises(ImageError, match="expected one"):
        check_comparison(tmp_path / name)


def test_inputs_are_never_replaced(tmp_path):
    photo = tmp_path / "cat.html"  # what a picture is, its bytes say
    photo.write_bytes(b"x")
    with pytest.raises(ImageError, match=r"cat.html is the input"):
        check_comparison(tmp_path / "cat.png", [photo])
    with pytest.raises(ImageError, match=r"cat.png is the input"):
        (tmp_path / "cat.png").write_bytes(b"x")
        check_comparison(tmp_path / "cat.png", [tmp_path / "cat.png"])


@pytest.mark.parametrize("content", [b"<p>my own page</p>", b"\xff\xfe"])
def test_somebody_elses_page_is_not_replaced(tmp_path, content):
    (tmp_path / "index.html").write_bytes(content)
    with pytest.raises(ImageError, match=r"index.html is there and no page of impasto"):
        check_comparison(tmp_path / "index.png")


def test_our_own_page_is_replaced(table, tmp_path):
    for _ in range(2):
        check_comparison(tmp_path / "sheet.png")
        write_comparison(table, tmp_path, tmp_path / "sheet.png")
    assert page_of(tmp_path / "a.b.png") == tmp_path / "a.b.html"


def test_a_large_picture_is_made_smaller_in_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(comparison, "SIDE", 16)
    table = judged(tmp_path, METHODS, metrics=HEADLINES)
    write_comparison(table, tmp_path, tmp_path / "sheet.png")
    text = (tmp_path / "sheet.html").read_text()
    assert {max(map(int, size)) for size in re.findall(r'width="(\d+)" height="(\d+)"', text)} == {
        16
    }
