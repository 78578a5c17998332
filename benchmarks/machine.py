"""What figures were measured on, to be written beside them."""

import subprocess
from pathlib import Path
from typing import Any

from impasto.cli.doctor.work import examine

HERE = Path(__file__).parent
SAID = ("versions", "system", "processor", "processors", "threads", "memory", "arithmetic")


def machine() -> dict[str, Any]:
    """Return what `impasto doctor` says of this machine, and which commit was measured."""
    found = examine()
    return {**{name: found[name] for name in SAID}, "commit": commit()}


def commit(folder: Path = HERE) -> str | None:
    """Return the commit of the code, with a + if it was changed since; None outside of git."""
    command = ["git", "-C", str(folder), "describe", "--always", "--abbrev=40", "--dirty=+"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
