"""Who may import whom; see docs/architecture.md."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "impasto"

LAYERS = (
    ("contracts", "declare", "choices", "wording", "atomic", "errors"),
    ("weights", "networks", "features", "patches", "losses", "images", "shelf", "archive", "heap"),
    ("optimize", "training", "feedforward"),
    ("methods",),
    ("registry", "recipes"),
    (
        *(
            "run",
            "teach",
            "export",
            "checks",
            "job",
            "result",
            "isolated",
            "checkpoint",
            "estimate",
            "memory",
        ),
        *("containers", "processors"),
        *("evaluation", "video"),
    ),
    ("cli", "studio", "__init__", "__main__"),
)
ONLY = {
    "PIL": ("images/",),
    "pillow_heif": ("images/",),
    "urllib": ("weights/download.py",),
    "tyro": ("cli/",),
    "rich": ("cli/",),
    "psutil": ("memory.py",),
    "numba": ("patches/",),
    "h5py": ("weights/",),
    "scipy": ("weights/", "evaluation/", "images/"),
    "pymatting": ("images/",),
    "skimage": ("evaluation/",),
    "jinja2": ("evaluation/report/",),
}
FILES = sorted(PACKAGE.rglob("*.py"))


def layer_of(module: str) -> int:
    for number, names in enumerate(LAYERS):
        if module in names:
            return number
    raise AssertionError(f"{module} has no layer: write it into LAYERS and docs/architecture.md")


def imports(path: Path) -> list[str]:
    return imports_of(path.read_text(encoding="utf-8"))


def imports_of(code: str) -> list[str]:
    """The modules that a piece of code imports; the package itself is `impasto.__init__`."""
    found: list[str] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import: {ast.unparse(node)}"
            module = node.module or ""
            found += [f"{module}.{alias.name}" for alias in node.names if module == "impasto"]
            found += [module] if module != "impasto" else []
    return [qualified(name) for name in found]


def qualified(name: str) -> str:
    """`from impasto import x` may mean the module x, or something that `__init__` has."""
    package, _, rest = name.partition(".")
    if package != "impasto":
        return name
    there = PACKAGE / rest.split(".")[0]
    is_module = bool(rest) and (there.is_dir() or there.with_suffix(".py").is_file())
    return name if is_module else "impasto.__init__"


def test_every_way_to_import_the_package_is_seen():
    ways = {
        "from impasto import contracts": "impasto.contracts",
        "from impasto import stylize": "impasto.__init__",
        "import impasto": "impasto.__init__",
        "import impasto.run": "impasto.run",
        "from impasto.cli.exits import OK": "impasto.cli.exits",
        "from torch import nn": "torch",
    }
    for code, module in ways.items():
        assert imports_of(code) == [module]
    assert layer_of("__init__") > layer_of("run")


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path):
    own = layer_of(part(path))
    for name in imports(path):
        if not name.startswith("impasto."):
            continue
        other = name.split(".")[1]
        assert layer_of(other) <= own, f"{path.name} may not import {name}"
        if part(path) == other == "methods":
            stem, target = path.stem, name.split(".")[-1]
            assert target.startswith(stem.split("_")[0]), "a method never imports another"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_in_their_place(path: Path):
    here = path.relative_to(PACKAGE).as_posix()
    for name in imports(path):
        allowed = ONLY.get(name.split(".")[0])
        assert allowed is None or here.startswith(allowed), f"{here} may not import {name}"


def test_files_stay_small():
    for path in FILES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


MOST_LINES, MOST_LINES_OF_RUN = 40, 60
"""Of a function without its docstring; a method's `run` tells an algorithm from top to bottom."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_functions_stay_small(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef):
            continue
        said = node.body[0]
        is_said = isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant)
        docstring = said.end_lineno - said.lineno + 1 if is_said else 0
        lines = node.end_lineno - node.lineno + 1 - docstring
        most = MOST_LINES_OF_RUN if node.name == "run" else MOST_LINES
        assert lines <= most, f"{path.name}: {node.name} has {lines} lines; split it"
