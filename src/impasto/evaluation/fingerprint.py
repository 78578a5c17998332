"""What a number depends on besides its pictures: the code of its metric.

A stored number is valid as long as the code that made it is the same. Code here is the module of
the metric and every module of impasto that it imports, however indirectly, without comments and
docstrings, and the data that lie beside the metrics.
"""

import ast
import hashlib
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable

from impasto.errors import ImpastoError

WITHOUT_NUMBERS = ("impasto.choices", "impasto.wording", "impasto.errors")
"""Modules that every other imports and that decide no number: names to choose from, and sentences.
A new one of these is no reason to measure every picture of every table again."""


@runtime_checkable
class Measuring(Protocol):
    """A metric, of a picture or of a set."""

    @property
    def measure(self) -> Callable[..., float]:
        """What measures."""
        ...


def metric_fingerprint(metric: Measuring) -> str:
    """Return a hash that changes with the code or the data of a metric."""
    measure, fixed = metric.measure, {}
    if isinstance(measure, partial):
        measure, fixed = measure.func, measure.keywords
    parts = [measure.__module__, measure.__qualname__, repr(sorted(fixed.items()))]
    return _hash(*parts, code_fingerprint(measure.__module__), _data())


@cache
def code_fingerprint(module: str) -> str:
    """Return a hash of the code of a module of impasto and of those that it imports."""
    found: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name], imports = _look_at(name)
            waiting += imports
    return _hash(*(f"{name} {found[name]}" for name in sorted(found)))


class _WithoutWords(ast.NodeTransformer):
    """Leaves out docstrings, those of attributes too; comments are no part of a tree."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) else node


@cache
def _look_at(name: str) -> tuple[str, list[str]]:
    """Return a hash of the code of one module, and what it imports."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImpastoError(f"there is no code of {name}; expected a module with a source file")
    tree = _WithoutWords().visit(ast.parse(Path(spec.origin).read_bytes()))
    return _hash(ast.dump(tree)), _imports(tree)


def _imports(tree: ast.Module) -> list[str]:
    """Return the modules of impasto that a module imports anywhere."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [
        name
        for name in names
        if name.startswith("impasto.") and name not in WITHOUT_NUMBERS and _is_module(name)
    ]


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # what is imported from a module that is no package
        return False


@cache
def _data() -> str:
    beside = (path for path in files("impasto.evaluation").iterdir() if path.is_file())
    data = {path.name: path.read_bytes() for path in beside if path.name.endswith(".safetensors")}
    return _hash(*(hashlib.sha256(data[name]).hexdigest() for name in sorted(data)))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
