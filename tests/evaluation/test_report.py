import base64
import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median

import pytest
import torch
from grey_row import cell_of
from judged import (
    ABOUT,
    FEW,
    METHODS,
    PAIRS,
    draw,
    judged,
    number_in,
    read_page,
    read_table,
    section,
)

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.report import pages, write_report
from impasto.evaluation.report import write as module
from impasto.evaluation.statistics import medians
from impasto.evaluation.table import CONTROLS, Cell, Table
from impasto.images import save_image

HOSTILE = '<img src=x onerror="alert(1)">&amp;|`*_[a](javascript:b)\n</script><script>c()'


def test_where_it_is(table, tmp_path):
    before = set(tmp_path.iterdir())
    files = [tmp_path / name for name in ("table.json", "report.md", "report.html")]
    assert write_report(table, tmp_path) == files
    assert set(tmp_path.iterdir()) - before == set(files)


def test_the_page_needs_nothing_else(page, tmp_path):
    text = (tmp_path / "report.html").read_text()
    assert "http" not in re.sub(r'http-equiv="', "", text)
    assert "url(" not in text
    assert "@import" not in text
    links = [
        value
        for element in page.all()
        for name in ("src", "href", "srcset", "action", "data", "poster", "xlink:href")
        if (value := element.attributes.get(name)) is not None
    ]
    assert len(links) > 10
    assert all(link.startswith(("data:", "#")) for link in links)
    assert not {"script", "iframe", "object", "embed", "form"} & {e.tag for e in page.all()}
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy.attributes["content"].startswith("default-src 'none'; img-src data:;")
    assert policy.attributes["content"].endswith("script-src 'none'")


def test_every_link_leads_somewhere(page):
    anchors = {link.attributes["href"] for link in page.all("a")}
    assert len(anchors) > 4
    assert anchors <= {f"#{each.attributes.get('id')}" for each in page.all("section")}


def test_medians_are_the_tables(page, table):
    (shown,) = section(page, "medians").all("table")
    lines, found = read_table(shown), medians(table)
    for name in FEW:
        values = [found[row][name] for row in table.rows]
        assert [number_in(cell) for cell in lines[name]] == values
        for cell, value in zip(lines[name], values, strict=True):
            text = cell.words.removesuffix(" best")
            decimals = len(text.partition(".")[2])
            assert float(text) == pytest.approx(value, abs=0.5000001 * 10**-decimals)
    seconds = [c.seconds for c in table.cells if c.row == "draft"]
    assert number_in(lines["seconds"][4]) == median(seconds)
    peak = max(c.memory for c in table.cells if c.row == "draft")
    assert number_in(lines["memory"][4]) == peak / 1e6
    assert [number_in(cell) for cell in lines["memory"][:3]] == [None] * 3


def test_controls_stand_first_and_apart(page):
    (shown,) = section(page, "medians").all("table")
    heads = shown.all("th", scope="col")
    assert [head.words for head in heads] == ["metric", *CONTROLS, *METHODS]
    assert ["control" in head.classes for head in heads] == [False, *[True] * 3, *[False] * 3]
    for cells in read_table(shown).values():
        assert ["control" in cell.classes for cell in cells] == [True] * 3 + [False] * 3
    groups = shown.all("th", scope="colgroup")
    assert [(g.words, g.attributes["colspan"]) for g in groups] == [
        ("controls", "3"), ("methods", "3")
    ]  # fmt: skip


def test_the_best_method_is_marked_and_no_control(page, table):
    (shown,) = section(page, "medians").all("table")
    lines, found = read_table(shown), medians(table)
    for name in FEW:
        best = (max if METRICS[name].better == "higher" else min)(
            found[row][name] for row in METHODS
        )
        marked = [number_in(cell) for cell in lines[name] if "best" in cell.classes]
        assert marked == [best]
    assert not any("best" in cell.classes for cell in lines["seconds"])


def test_directions_and_marks(page):
    (shown,) = section(page, "medians").all("table")
    heads = {head.words.split(" ")[0]: head.words for head in shown.all("th", scope="row")}
    assert heads["ms-ssim"] == "ms-ssim ↑ higher is better"
    assert heads["coverage"] == "coverage ↓ lower is better"
    assert heads["gram-relu1_1"].startswith("gram-relu1_1 † ↓")


def test_medians_by_painting(page, table):
    found = {
        style: medians(replace(table, cells=tuple(c for c in table.cells if c.style == style)))
        for style in ("wave", "night")
    }
    grids = section(page, "styles").all("table")
    captions = [grid.all("caption")[0].words for grid in grids]
    assert captions == [
        "ms-ssim, higher is better",
        "sliced-wasserstein, lower is better",
        "random-filter, lower is better",
        "coverage, lower is better",
    ]
    for grid, caption in zip(grids, captions, strict=True):
        metric = caption.partition(",")[0]
        lines = read_table(grid)
        assert list(lines) == ["wave", "night"]
        for style, cells in lines.items():
            assert [number_in(cell) for cell in cells] == [
                found[style][row][metric] for row in table.rows
            ]


def test_all_pictures_pair_by_pair(page, table):
    gallery = section(page, "pictures")
    assert [h.words for h in gallery.all("h3")] == [f"{c} and {s}" for c, s in PAIRS]
    for grid in gallery.all("div", **{"class": "gallery"}):
        names = [f.all("strong")[0].words for f in grid.all("figure")]
        assert names == ["the photo", "the painting", "color transfer only", *METHODS]
    pictures = gallery.all("img")
    sizes = [(p.attributes["height"], p.attributes["width"]) for p in pictures]
    assert sizes == [("24", "32"), ("32", "20"), *[("24", "32")] * 4] * 3
    assert all(p.attributes["src"].startswith("data:image/webp;base64,") for p in pictures)
    assert pictures[3].attributes["alt"] == "standard: cat in the style of wave"
    assert len({p.attributes["src"] for p in pictures}) == 6  # each tone once


def test_time_and_scores_stand_under_a_picture(page, table):
    captions = [f.all("figcaption")[0].words for f in section(page, "pictures").all("figure")]
    assert captions[:2] == ["the photo", "the painting"]
    cell = cell_of(table, "standard", *PAIRS[0])
    assert re.match(r"standard \d+ (s|min) · ms-ssim -?\d", captions[3])
    shown = float(re.search(r"random-filter (-?[\d.]+)", captions[3])[1])
    assert shown == pytest.approx(cell.scores["random-filter"], abs=0.006)


def test_what_is_missing_is_said(table, tmp_path):
    first, second, *rest = (c for c in table.cells if c.row == "draft")
    kept = [c for c in table.cells if c not in (first, second)]
    failed = replace(first, picture="", scores={}, failure="memory was full")
    refusing = replace(rest[0], scores={}, refusals={"ssim": "too small"})
    (tmp_path / second.picture).unlink()
    kept = [c for c in kept if c is not rest[0]]
    write_report(replace(table, cells=(*kept, failed, second, refusing), notes=("Hm.",)), tmp_path)
    page = read_page(tmp_path / "report.html")
    missing = [p.words for p in page.all("p", **{"class": "missing"})]
    assert missing == ["memory was full", "the picture is not in the folder any more"]
    notes = [item.words for item in section(page, "medians").all("li")]
    assert notes == [
        "Hm.",
        "draft has no picture of cat with wave: memory was full",
        "ssim has no number for 1 picture: too small",
    ]


def test_hostile_names_stay_text(tmp_path):
    table = judged(tmp_path, (HOSTILE, "second"), [(HOSTILE, HOSTILE)])
    cells = [replace(c, refusals={"vif": HOSTILE}) for c in table.cells]
    cells.append(Cell(HOSTILE, "a", "b", "", {}, failure=HOSTILE))
    hostile = Table(tuple(cells), {HOSTILE: HOSTILE, "x": {HOSTILE: [HOSTILE]}}, (), (HOSTILE,))
    write_report(hostile, tmp_path)
    page = read_page(tmp_path / "report.html")
    assert not page.all("script")
    assert len(page.all("img")) == len(table.cells)
    assert not [e for e in page.all() if any(name.startswith("on") for name in e.attributes)]
    assert [h.text for h in section(page, "medians").all("th", scope="col")][4] == HOSTILE
    assert page.all("dt")[0].text == HOSTILE
    in_markdown = (tmp_path / "report.md").read_text()
    assert "<img" not in in_markdown.replace("\\<img", "")
    assert "\n</script" not in in_markdown
    assert "](javascript" not in in_markdown


def lines_of_tables(text):
    return [line for line in text.splitlines() if line.startswith("|")]


def test_markdown_has_the_same_numbers(table, tmp_path):
    write_report(table, tmp_path)
    text = (tmp_path / "report.md").read_text()
    (shown,) = section(read_page(tmp_path / "report.html"), "medians").all("table")
    for name, cells in read_table(shown).items():
        numbers = [cell.words for cell in cells]
        bold = [
            f"**{each.removesuffix(' best')}**" if each.endswith(" best") else each
            for each in numbers
        ]
        (line,) = [
            line
            for line in lines_of_tables(text.partition("## Against")[0])
            if line.replace("\\", "").startswith(f"| {name}")
        ]
        assert [part.strip() for part in line.strip("|").split("|")][1:] == bold


def test_markdown_tables_are_whole(tmp_path):
    table = judged(tmp_path, ("a|b", "c\\|d"), [("e|f", "g|h"), ("i", "j")])
    write_report(table, tmp_path)
    for block in re.split(r"\n\n", (tmp_path / "report.md").read_text()):
        rows = lines_of_tables(block)
        if rows:
            bars = [len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows]
            assert set(bars) == {bars[0]}
            assert bars[0] >= 3


def test_the_identity_test(table, tmp_path):
    identity = tuple(
        Cell(row, style, style, draw(tmp_path, f"{row}-{style}.png", (8, 8), 1), {"psnr": value})
        for row, values in {"standard": (20.0, 30.0), "draft": (10.0, 12.0)}.items()
        for style, value in zip(("wave", "night"), values, strict=True)
    )
    write_report(replace(table, identity=identity), tmp_path)
    (shown,) = section(read_page(tmp_path / "report.html"), "identity").all("table")
    (cells,) = read_table(shown).values()
    assert [(number_in(cell), "best" in cell.classes) for cell in cells] == [
        (25.0, True), (11.0, False)
    ]  # fmt: skip
    assert "## Identity test" in (tmp_path / "report.md").read_text()


def test_one_method_is_compared_with_nobody(tmp_path):
    write_report(judged(tmp_path, ("standard",)), tmp_path)
    page = read_page(tmp_path / "report.html")
    assert not page.all("section", id="tests")
    assert not [cell for cell in page.all("td") if "best" in cell.classes]
    assert "Against" not in (tmp_path / "report.md").read_text()


@pytest.mark.parametrize("cells", [(), (Cell("standard", "a", "b", "", {}, failure="no"),)])
def test_an_empty_table_is_a_report(tmp_path, cells):
    write_report(Table(cells, {}), tmp_path)
    assert read_page(tmp_path / "report.html").all("h1")[0].words.endswith(("0 pairs", "1 pair"))


def test_all_metrics_have_their_line(tmp_path):
    write_report(judged(tmp_path, METHODS, metrics=tuple(METRICS)), tmp_path)
    page = read_page(tmp_path / "report.html")
    lines = read_table(section(page, "medians").all("table")[0])
    assert set(METRICS) <= set(lines)
    described = section(page, "metrics").all("tr")
    assert len(described) == len(METRICS) + 1
    assert all(metric.summary in section(page, "metrics").text for metric in METRICS.values())


def test_how_it_was_made(page, tmp_path):
    made = section(page, "made")
    assert [dt.words for dt in made.all("dt")][:5] == [
        *("size", "versions", "impasto", "recipes", "standard")
    ]
    assert "n29" in {dt.words for dt in made.all("dt")}
    assert "1.2.3" in made.words
    assert "- versions: impasto 1.2.3" in (tmp_path / "report.md").read_text()


def weight(folder):
    return sum(
        len(base64.b64decode(img.attributes["src"].partition(",")[2]))
        for img in read_page(folder / "report.html").all("img")
    )


def test_pictures_stay_within_the_budget(tmp_path, monkeypatch):
    table = judged(tmp_path, METHODS, PAIRS)
    for cell in table.cells:
        noisy(tmp_path / cell.picture)
    monkeypatch.setattr(module, "SIDE", 64)
    monkeypatch.setattr(pages, "LEAST_SIDE", 8)
    write_report(table, tmp_path)
    free = weight(tmp_path)
    monkeypatch.setattr(pages, "BUDGET", free // 3)
    write_report(table, tmp_path)
    assert free / 6 < weight(tmp_path) <= free / 3


def noisy(path: Path):
    save_image(path, torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(4)))


def test_the_table_itself_is_stored(table, tmp_path):
    write_report(replace(table, notes=("Hm.",)), tmp_path)
    stored = json.loads((tmp_path / "table.json").read_text())
    assert stored["cells"] == json.loads(json.dumps([asdict(cell) for cell in table.cells]))
    assert (stored["notes"], stored["about"]) == (["Hm."], ABOUT)
