"""A folder with photos, paintings and pairs, a plan that takes no time, and a finished table."""

import pytest
from judged import METHODS, PAIRS, judged, read_page

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.report import write_report
from impasto.evaluation.suite import plan_suite
from impasto.images.write import save_image

QUICK = (METRICS["ssim"], METRICS["color"])


@pytest.fixture
def originals(tmp_path, photo, painting):
    """The current folder, with photos/cat.png, photos/dog.png, paintings/wave.png and more."""
    for folder in ("photos", "paintings"):
        (tmp_path / folder).mkdir()
    save_image(tmp_path / "photos/cat.png", photo)
    save_image(tmp_path / "photos/dog.png", photo.flip(-1))
    save_image(tmp_path / "paintings/wave.png", painting)
    save_image(tmp_path / "paintings/night.png", 1 - painting)
    return tmp_path


@pytest.fixture
def write_pairs(originals):
    """Write a pairs file; return its path."""

    def write(*lines, name="pairs.csv"):
        path = originals / name
        path.write_text("\n".join(["content,style", *lines]) + "\n")
        return str(path)

    return write


@pytest.fixture
def plan(originals):
    """Plan a suite of 40 pixels without any recipe."""

    def planned(pairs, *rows, metrics=QUICK, **options):
        return plan_suite(pairs, [], given=rows, metrics=metrics, size=40, **options)

    return planned


@pytest.fixture
def table(tmp_path):
    """A finished table of three methods and pairs, with its pictures."""
    return judged(tmp_path, METHODS, PAIRS)


@pytest.fixture
def page(table, tmp_path):
    """The page of its report."""
    write_report(table, tmp_path)
    return read_page(tmp_path / "report.html")
