"""Small tables with pictures of their own, and what a page holds, read back from it."""

import random
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import torch

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.table import CONTROLS, Cell, Table
from impasto.images import save_image

SIZES = {CONTROLS[0]: (24, 32), CONTROLS[1]: (32, 20)}  # the painting has other proportions
VOID = {"img", "meta", "link", "br", "input", "hr"}

FEW = ("ms-ssim", "psnr", "sliced-wasserstein", "random-filter", "coverage", "gram-relu1_1")

METHODS = ("standard", "draft", "best")
PAIRS = (("cat", "wave"), ("coffee", "wave"), ("cat", "night"))

ABOUT = {
    "size": 32,
    "versions": {"impasto": "1.2.3"},
    "recipes": {"standard": {"method": "gatys", "settings": {f"n{i}": i for i in range(30)}}},
}


def judged(folder: Path, methods=("standard", "draft"), pairs=(("cat", "wave"),), metrics=FEW):
    """Return a table whose controls are in order, with a picture for every cell in `folder`."""
    rng = random.Random(5)
    cells = [
        Cell(
            row,
            *pair,
            draw(folder, f"{i}-{j}.png", SIZES.get(row, (24, 32)), j),
            {name: score(METRICS[name], row, rng) for name in metrics},
            seconds=None if row in CONTROLS else rng.uniform(1, 900),
            memory=None if row in CONTROLS else rng.randrange(10**8, 10**10),
        )
        for i, pair in enumerate(pairs)
        for j, row in enumerate((*CONTROLS, *methods))
    ]
    return Table(tuple(cells), ABOUT)


def score(metric, row, rng):
    """Return a number: best and worst for the controls that have to have them."""
    scale = 1 if metric.better == "higher" else -1
    best, worst = CONTROLS[:2] if metric.subject == "content" else CONTROLS[1::-1]
    return {best: metric.ideal, worst: metric.ideal - 10 * scale}.get(
        row, metric.ideal - scale * rng.uniform(1, 9)
    )


def draw(folder, name, size, tone):
    """Save a picture of one color that is different for each tone; return its name."""
    color = torch.tensor([tone / 9, 1 - tone / 9, 0.5])[None, :, None, None]
    save_image(folder / name, color.expand(1, 3, *size).contiguous())
    return name


@dataclass
class Element:
    """An element of a page: `text` is all that stands in it."""

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    parts: list = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def words(self) -> str:
        """The text as a line."""
        return " ".join(self.text.split())

    @property
    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Return what is inside and has a tag and attributes, in order."""
        found = []
        for child in self.children:
            if tag in ("", child.tag) and attributes.items() <= child.attributes.items():
                found.append(child)
            found += child.all(tag, **attributes)
        return found


class Reader(HTMLParser):
    """A page as elements; whatever isn't closed in order is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = self.now = Element("", {})
        self.feed(text)
        self.close()
        assert self.now is self.root, f"{self.now.tag} is not closed"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        element = Element(tag, dict(attrs), self.now)
        self.now.children.append(element)
        self.now.parts.append(element)
        if tag not in VOID:
            self.now = element

    def handle_endtag(self, tag):
        assert tag == self.now.tag, f"{tag} closes {self.now.tag}"
        assert self.now.parent is not None
        self.now = self.now.parent

    def handle_data(self, data):
        self.now.parts.append(data)


def read_page(path: Path) -> Element:
    """Return the elements of a page."""
    return Reader(path.read_text(encoding="utf-8")).root


def section(page: Element, name: str) -> Element:
    """Return a section of a report."""
    (found,) = page.all("section", id=name)
    return found


def read_table(table: Element) -> dict[str, list[Element]]:
    """Return the cells of each line that has a name, by the name's first word."""
    lines = {}
    for row in table.all("tr"):
        (*heads,) = row.all("th", scope="row")
        if heads:
            lines[heads[0].words.split(" ")[0]] = row.all("td")
    return lines


def number_in(cell: Element) -> float | None:
    """Return the exact number of a cell."""
    (*found,) = cell.all("data")
    return float(found[0].attributes["value"]) if found else None
