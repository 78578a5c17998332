"""What a report says of methods and metrics: who is ahead, by what, and which metric fails."""

import json
from dataclasses import asdict, replace

import pytest
from judged import FEW, METHODS, PAIRS, judged, read_page, read_table, section

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.report import headlines, write_report
from impasto.evaluation.statistics import compare_rows, joint_counts

SIX = [("photo", f"painting{i}") for i in range(6)]


def test_sign_tests_against_the_default_recipe(tmp_path):
    table = judged(tmp_path, METHODS, SIX)
    write_report(table, tmp_path)
    _, shown = section(read_page(tmp_path / "report.html"), "tests").all("table")
    assert [h.words for h in shown.all("th", scope="col")] == ["metric", "draft", "best"]
    for name, cells in read_table(shown).items():
        for other, cell in zip(("draft", "best"), cells, strict=True):
            found = compare_rows(table, METRICS[name], other, "standard")
            assert cell.words == (
                f"{found.wins} of 6 {found.low:.2f} to {found.high:.2f}, p {found.p:.2g}"
            )


def test_of_few_paintings_there_are_no_sign_tests(page, tmp_path):
    """Of five, p of the two-sided test is 2 / 2⁵ = 0.06 at best."""
    sentence = "No sign tests: they need 6 paintings, and there are 2."
    assert sentence in section(page, "tests").words
    assert len(section(page, "tests").all("table")) == 1
    text = (tmp_path / "report.md").read_text()
    assert sentence in text
    assert "95 %" not in text


def test_who_is_ahead_in_all_at_once_can_be_read_off(page, table, tmp_path):
    """The criterion by which peers are judged, as counts of pairs."""
    counts = joint_counts(table)
    assert [(c.row, c.other, c.pairs) for c in counts] == [
        ("standard", "draft", 3), ("standard", "best", 3)
    ]  # fmt: skip
    shown = read_table(section(page, "tests").all("table")[0])
    assert {name: [cell.words for cell in cells] for name, cells in shown.items()} == {
        c.other: [f"{c.ahead} of 3", f"{c.behind} of 3"] for c in counts
    }
    words = "ahead in sliced-wasserstein and random-filter at equal or better ms-ssim, all at once"
    assert words in section(page, "tests").words
    text = (tmp_path / "report.md").read_text()
    assert words in text
    assert f"| draft | {counts[0].ahead} of 3 | {counts[0].behind} of 3 |" in text
    stored = json.loads((tmp_path / "table.json").read_text())["joint"]
    assert stored["metrics"] == ["ms-ssim", "sliced-wasserstein", "random-filter"]
    assert stored["counts"] == [asdict(count) for count in counts]


def test_without_these_metrics_nobody_is_ahead_in_them(tmp_path):
    write_report(judged(tmp_path, METHODS, PAIRS, ("ssim", "coverage")), tmp_path)
    shown, text = read_page(tmp_path / "report.html"), (tmp_path / "report.md").read_text()
    assert not section(shown, "tests").all("table")
    for said in (section(shown, "tests").words, text):
        assert "all at once" not in said
        assert "Nobody is counted as ahead of standard in several metrics at once" in said


def test_a_clear_win_is_marked(tmp_path):
    """For all of six paintings: p = 2 / 2⁶ = 0.031."""
    table = judged(tmp_path, ("one", "two"), SIX, metrics=("ssim", "coverage"))
    value = {"one": 0.5, "two": 0.75}
    cells = [
        replace(c, scores={name: value.get(c.row, s) for name, s in c.scores.items()})
        for c in table.cells
    ]
    write_report(replace(table, cells=tuple(cells)), tmp_path)
    page = read_page(tmp_path / "report.html")
    lines = read_table(section(page, "tests").all("table")[0])
    assert lines["ssim"][0].words == "▲ 6 of 6 0.54 to 1.00, p 0.031"
    assert lines["coverage"][0].words == "▼ 0 of 6 0.00 to 0.46, p 0.031"


def test_metrics_that_fail_are_named_with_the_reason_and_have_no_best(tmp_path):
    table = judged(tmp_path, METHODS, SIX)
    cells = [
        replace(c, scores=c.scores | {"coverage": 99.0}) if c.row == "best" else c
        for c in table.cells
    ]
    write_report(replace(table, cells=tuple(cells)), tmp_path)
    page = read_page(tmp_path / "report.html")
    reason, singles = [item.words for item in section(page, "medians").all("li")]
    assert reason.startswith("coverage fails on the controls: its median of best is 99.0, and not")
    assert singles.endswith("with the controls of their own pair are: coverage 6 of 18")
    heads = [head.words for head in page.all("th", scope="row")]
    assert "coverage ‡ ↓ lower is better" in heads
    assert "coverage ‡" in heads  # of the sign tests
    medians = read_table(section(page, "medians").all("table")[0])
    for name, best in (("coverage", 0), ("random-filter", 1)):
        assert len([cell for cell in medians[name] if "best" in cell.classes]) == best
    text = (tmp_path / "report.md").read_text()
    assert "- coverage fails on the controls: its median of best is 99.0, and not between" in text
    assert "| coverage‡ ↓ |" in text
    assert "| coverage‡ |" in text
    assert "### coverage \\(fails on the controls\\), lower is better" in text


def test_noise_is_noted_and_makes_no_metric_fail(tmp_path):
    table = judged(tmp_path, METHODS, PAIRS)
    style = [name for name in FEW if METRICS[name].subject == "style"]
    cells = [
        replace(c, scores=c.scores | dict.fromkeys(style, 99.0)) if c.row == "best" else c
        for c in table.cells
    ]
    write_report(replace(table, cells=tuple(cells)), tmp_path)
    page = section(read_page(tmp_path / "report.html"), "medians")
    assert (
        "fail on the controls None. Notes best lies beyond content unchanged in 4 of 4 style"
        in (page.words)
    )
    assert "‡" not in page.all("table")[0].text
    assert "- best lies beyond content unchanged in 4 of 4" in (tmp_path / "report.md").read_text()


def test_a_metric_without_numbers_is_there_and_says_why(table, tmp_path):
    """It was asked for: who reads the report looks for it."""
    why = {"vif": "the output is too small"}
    cells = tuple(replace(cell, refusals=why) for cell in table.cells)
    write_report(replace(table, cells=cells), tmp_path)
    page = section(read_page(tmp_path / "report.html"), "medians")
    assert [cell.words for cell in read_table(page.all("table")[0])["vif"]] == ["-"] * 6
    assert "vif has no number for 18 pictures: the output is too small" in page.words
    text = (tmp_path / "report.md").read_text()
    assert "| vif ↑ | - | - | - | - | - | - |" in text


def test_only_signs_that_are_there_are_explained(table, tmp_path):
    def legend(table):
        write_report(table, tmp_path)
        return section(read_page(tmp_path / "report.html"), "medians").all("p")[0].words

    everywhere = ("↑: higher", "content unchanged is the photo")
    assert all(words in legend(table) for words in (*everywhere, "Bold is", "† marks"))
    assert "‡" not in legend(table)
    assert "of how many pairs" not in legend(table)
    single = judged(tmp_path, ("standard",), PAIRS, ("ssim",))
    assert all(words in legend(single) for words in everywhere)
    assert not any(words in legend(single) for words in ("Bold", "†"))


def test_a_median_over_fewer_pairs_says_so_and_nobody_is_best(table, tmp_path):
    """`draft` has no number on the hardest pair; whoever has one looks worse."""
    cells = [
        replace(c, scores={}) if c.row == "draft" and c.pair == PAIRS[0] else c for c in table.cells
    ]
    table = replace(table, cells=tuple(cells))
    write_report(table, tmp_path)
    page = read_page(tmp_path / "report.html")
    lines = read_table(section(page, "medians").all("table")[0])
    for name in FEW:
        texts = [cell.words for cell in lines[name]]
        assert [text.endswith(" (2 of 3)") for text in texts] == [False] * 4 + [True, False]
        assert not [cell for cell in lines[name] if "best" in cell.classes]
    wave, night = section(page, "styles").all("tr")[2:4]
    assert not [cell for cell in wave.all("td") if "best" in cell.classes]
    assert [cell for cell in night.all("td") if "best" in cell.classes]
    assert " (2 of 3) |" in (tmp_path / "report.md").read_text()


def test_the_same_pairs_for_all_are_comparable(table, tmp_path):
    """One pair refused to everybody leaves a best method, and the number of pairs."""
    cells = [replace(c, scores={}) if c.pair == PAIRS[0] else c for c in table.cells]
    write_report(replace(table, cells=tuple(cells)), tmp_path)
    lines = read_table(section(read_page(tmp_path / "report.html"), "medians").all("table")[0])
    assert all(" (2 of 3)" in cell.words for cell in lines["coverage"])
    assert len([cell for cell in lines["coverage"] if "best" in cell.classes]) == 1


@pytest.mark.parametrize("missing", [False, True])
def test_sets_of_other_pairs_have_no_best(table, tmp_path, missing):
    sets = {row: {"fid": float(place)} for place, row in enumerate(table.rows)}
    gone = {"picture": "", "scores": {}, "failure": "no"} if missing else {}
    cells = [
        replace(c, **gone) if c.row == "draft" and c.pair == PAIRS[0] else c for c in table.cells
    ]
    write_report(replace(table, cells=tuple(cells), sets=sets), tmp_path)
    page = read_page(tmp_path / "report.html")
    (cells,) = read_table(section(page, "sets").all("table")[0]).values()
    assert [c.words for c in cells if "best" in c.classes] == ([] if missing else ["3.00 best"])
    assert cells[4].words == ("4.00 (2 of 3)" if missing else "4.00")


def test_no_metric_fails(page, tmp_path):
    assert section(page, "medians").words.endswith("fail on the controls None.")
    assert "None." in (tmp_path / "report.md").read_text()


def test_what_cannot_be_checked_is_no_failure(tmp_path):
    table = judged(tmp_path, METHODS, PAIRS, ("coverage",))
    cells = tuple(cell for cell in table.cells if cell.row != "style unchanged")
    write_report(replace(table, cells=cells), tmp_path)
    page = section(read_page(tmp_path / "report.html"), "medians")
    assert [item.words.partition(":")[0] for item in page.all("li")] == [
        "coverage can't be checked on the controls"
    ]
    assert "fail on the controls None. Notes" in page.words
    assert "‡" not in page.all("table")[0].text


def test_what_is_counted_with_a_metric_that_fails_says_so(tmp_path):
    table = judged(tmp_path, METHODS, PAIRS)
    cells = [
        replace(c, scores=c.scores | {"random-filter": 99.0}) if c.row == "best" else c
        for c in table.cells
    ]
    write_report(replace(table, cells=tuple(cells)), tmp_path)
    said = "Of these random-filter ‡ here."
    assert said in section(read_page(tmp_path / "report.html"), "tests").words
    assert said in (tmp_path / "report.md").read_text()


def test_ssim_stands_in_where_a_method_has_no_ms_ssim(tmp_path):
    """One program's larger pictures don't take the judge away from all others."""
    table = judged(tmp_path, METHODS, PAIRS, (*FEW, "ssim"))
    assert headlines(table)[0] == "ms-ssim"
    cells = [
        replace(c, scores={k: v for k, v in c.scores.items() if k != "ms-ssim"})
        if c.row in ("draft", "best")
        else c
        for c in table.cells
    ]
    assert headlines(replace(table, cells=tuple(cells)))[0] == "ssim"


def test_empty_entries_are_left_out(tmp_path):
    table = judged(tmp_path, METHODS, PAIRS)
    write_report(replace(table, about={**table.about, "given": [], "seed": 0}), tmp_path)
    names = [name.words for name in section(read_page(tmp_path / "report.html"), "made").all("dt")]
    assert "given" not in names
    assert "seed" in names
    text = (tmp_path / "report.md").read_text()
    assert "- given" not in text
    assert "- seed: 0" in text
