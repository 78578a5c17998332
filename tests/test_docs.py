"""What the documentation says is there, and is so."""

import ast
import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import pytest
import torch
import tyro

from impasto.cli import main
from impasto.contracts import Inputs
from impasto.declare import Method

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "impasto"
FOLDERS = (ROOT, ROOT / "docs", ROOT / "examples", ROOT / "LICENSES")
PAGES = sorted(page for folder in FOLDERS for page in folder.glob("*.md"))


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    headings = re.findall(
        r"^#+ (.+)$", without_code(page.read_text(encoding="utf-8")), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path):
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text(encoding="utf-8"))):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), f"{page.name} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page.name} links to {link}"


def source(place: str) -> str:
    """Return the lines of a function, given as "file.py::Class.function"."""
    path, _, name = place.partition("::")
    text = (PACKAGE / path).read_text(encoding="utf-8")
    node: ast.AST = ast.parse(text)
    for part in name.split("."):
        inside = {getattr(child, "name", ""): child for child in ast.iter_child_nodes(node)}
        assert part in inside, f"there is no {place}"
        node = inside[part]
    return ast.get_source_segment(text, node) or ""


def squeezed(code: str) -> str:
    """Return code without white space: how its lines are broken is the formatter's business."""
    return "".join(code.split())


METHOD = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
QUOTES = re.findall(r"```python\n# (\S+)\n(.+?)```", METHOD, re.DOTALL)


def test_every_equation_has_code():
    assert len(QUOTES) == METHOD.count("```python") > 20


@pytest.mark.parametrize(("place", "quoted"), QUOTES, ids=[place for place, _ in QUOTES])
def test_method_quotes_the_code(place: str, quoted: str):
    code = squeezed(source(place))
    for line in quoted.splitlines():
        assert squeezed(line) in code, f"{place} no longer has what docs/method.md quotes: {line}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_places_in_the_code_exist(page: Path):
    for place in re.findall(r"`(\S+\.py::\S+)`", page.read_text(encoding="utf-8")):
        assert source(place)


def python_blocks() -> list[str]:
    """Return every piece of Python that is not a quotation."""
    pages = [page.read_text(encoding="utf-8") for page in PAGES]
    return [block for page in pages for block in re.findall(r"```python\n([^#].+?)```", page, re.S)]


def test_python_finds_what_it_imports():
    blocks = python_blocks()
    assert len(blocks) > 4
    for block in blocks:
        for node in ast.parse(block).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                exec(ast.unparse(node), {})


def test_the_method_of_the_guide_works(inputs: Inputs):
    (guide,) = [block for block in python_blocks() if "class Tint" in block]
    names: dict[str, Any] = {"__name__": __name__}
    exec(guide, names)
    method = names["Tint"](size=32, amount=0.25)
    assert isinstance(method, Method)
    (step,) = method.run(inputs, rng=torch.Generator())
    assert step.image.shape[-2:] == method.plan(inputs)[-1].size
    with pytest.raises(ValueError, match=r"amount is 2; expected .* at most 1"):
        names["Tint"](amount=2)


def commands() -> list[str]:
    """Return every command of impasto in the README and the docs, each once."""
    blocks: list[str] = []
    for page in PAGES:
        blocks += re.findall(r"```(?:sh)?\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    found = [re.search(r"(?:^|&& )impasto (\w[^#|>]*)", line) for line in lines]
    return sorted({match[1].strip() for match in found if match})


def test_there_are_commands():
    assert len(commands()) > 5


@pytest.mark.parametrize("command", commands())
def test_commands_are_understood(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    understand = tyro.cli

    def understand_only(*form: Any, **options: Any) -> Any:
        understood = understand(*form, **options)
        if options.get("return_unknown_args"):  # only a first look
            return understood
        raise SystemExit(0)  # as after help: nothing else is done

    monkeypatch.setattr(tyro, "cli", understand_only)
    assert main(shlex.split(command)) == 0, capsys.readouterr().err


def test_generated_docs_are_up_to_date(monkeypatch: pytest.MonkeyPatch):
    tool = ROOT / "tools" / "make_docs.py"
    monkeypatch.syspath_prepend(str(tool.parent))  # as if it were started
    for path, text in runpy.run_path(str(tool))["generated"]().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run tools/make_docs.py"
