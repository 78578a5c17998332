"""All commands, and how one of them is run."""

import io
import os
import sys
import traceback
from collections.abc import Sequence
from functools import partial, wraps
from importlib.metadata import version
from typing import Any

from impasto.cli import compare, doctor, evaluate, export, recipes, rerun, resume, stylize, train
from impasto.cli.arguments import parse
from impasto.cli.exits import OK, PIPE_CLOSED, explain, let_go_of_stdout
from impasto.cli.menu import Command, choose
from impasto.cli.terminal import say
from impasto.cli.weights import weights_commands

TITLE = f"""\
impasto {version("impasto")}: a photo and a painting in, a finished picture out.

  impasto stylize photo.jpg painting.jpg -o picture.png
"""

END = """\
Each of them says more with --help. `impasto --version` says what this is; --traceback, after any
command, says where something went wrong."""


def command(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: see `impasto.cli.exits`."""
    _print_whatever_can_be()
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = os.environ.get("IMPASTO_DEBUG", "0") not in ("", "0")
    if "--traceback" in (words[: words.index("--")] if "--" in words else words):
        words.remove("--traceback")
        debug = True
    try:
        if words[:1] == ["--version"]:
            print(f"impasto {version('impasto')}")
            return OK
        code = choose(words, COMMANDS, "impasto", title=TITLE, end=END)
        if sys.stdout is not None:
            sys.stdout.flush()
    except SystemExit as stop:  # tyro, after it gave help
        return int(stop.code or OK)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        let_go_of_stdout()
        return PIPE_CLOSED
    except BaseException as error:
        if debug:
            traceback.print_exc()
        code, sentence = explain(error)
        say(sentence)
        let_go_of_stdout()
    return code


def _print_whatever_can_be() -> None:
    """Print a replacement for a character that the terminal lacks: no name is worth a failure."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _weights(words: Sequence[str]) -> int:
    """List, fetch, import and verify networks."""
    return choose(words, WEIGHTS_COMMANDS, "impasto weights")


def _command(name: str) -> Command:
    """Return a function of `impasto weights` as a command.

    It is called after parsing: what goes wrong meanwhile is not a matter of arguments.
    """
    function = weights_commands[name]

    @wraps(function)
    def form(*values: Any, **named: Any) -> Any:
        return partial(function, *values, **named)

    @wraps(function)
    def command(words: Sequence[str]) -> int:
        parse(form, words, f"impasto weights {name}")()
        return OK

    return command


WEIGHTS_COMMANDS: dict[str, Command] = {name: _command(name) for name in weights_commands}

COMMANDS: dict[str, Command] = {
    "stylize": stylize.main,
    "resume": resume.main,
    "rerun": rerun.main,
    "compare": compare.main,
    "evaluate": evaluate.main,
    "train": train.main,
    "export": export.main,
    "recipes": recipes.main,
    "weights": _weights,
    "doctor": doctor.main,
}
