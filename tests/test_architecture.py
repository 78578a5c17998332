"""Who may import whom; see docs/architecture.md."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "impasto"

LAYERS = (
    ("contracts", "atomic"),
    ("weights", "networks", "features", "patches", "losses", "images"),
    ("optimize", "training"),
    ("methods",),
    ("registry", "recipes"),
    ("run", "job", "result", "isolated", "checkpoint", "estimate", "evaluation", "video"),
    ("cli", "studio", "__init__", "__main__"),
)
ONLY = {
    "PIL": ("images/",),
    "pillow_heif": ("images/",),
    "urllib": ("weights/download.py",),
    "tyro": ("cli/",),
    "rich": ("cli/",),
    "psutil": ("estimate.py",),
    "numba": ("patches/",),
    "h5py": ("weights/",),
    "scipy": ("weights/", "evaluation/"),
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
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            found.append(node.module or "")
    return found


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
