import re
import socket
from importlib.metadata import version

import pytest

from impasto.cli import main
from impasto.cli.arguments import UsageError
from impasto.cli.commands import COMMANDS, WEIGHTS_COMMANDS
from impasto.cli.exits import RunError, explain
from impasto.weights.table import DownloadError, WeightsError


def test_help_shows_the_one_line_and_every_command(impasto):
    code, out, err = impasto("--help")
    assert code == 0
    assert err == ""
    assert "impasto stylize photo.jpg painting.jpg -o picture.png" in out
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", out, re.MULTILINE)
    assert max(map(len, out.splitlines())) <= 100


def test_nothing_is_a_mistake_that_shows_the_help(impasto):
    code, out, err = impasto()
    assert code == 2
    assert out == ""
    assert "impasto stylize photo.jpg painting.jpg" in err


def test_version(impasto):
    assert impasto("--version") == (0, f"impasto {version('impasto')}\n", "")


@pytest.mark.parametrize("word, near", [("stylise", "stylize"), ("recipe", "recipes")])
def test_an_unknown_command_is_told_the_nearest(impasto, word, near):
    code, out, err = impasto(word, "a.jpg")
    assert code == 2
    assert out == ""
    assert err.startswith(f"impasto: {word!r} is not a command; did you mean {near}?")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(impasto, name):
    code, out, err = impasto(name, "--help")
    assert code == 0
    assert out.startswith(f"usage: impasto {name}")
    assert err == ""


@pytest.mark.parametrize("name", WEIGHTS_COMMANDS)
def test_every_command_of_weights_has_help(impasto, name):
    code, out, _ = impasto("weights", name, "--help")
    assert code == 0
    assert out.startswith(f"usage: impasto weights {name}")


def test_weights_list_and_their_errors(impasto):
    code, out, _ = impasto("weights", "list")
    assert code == 0
    assert "vgg16" in out
    code, _, err = impasto("weights", "verify", "nothing")
    assert code == 2
    assert err.startswith("impasto: there are no weights 'nothing'")


def test_a_network_that_cannot_be_fetched(impasto, folder, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and doesn't listen
        monkeypatch.setenv("IMPASTO_MIRROR", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "*")
        monkeypatch.setenv("IMPASTO_HOME", str(folder / "home"))
        monkeypatch.delenv("IMPASTO_OFFLINE", raising=False)
        monkeypatch.setattr("impasto.weights.download.time.sleep", lambda seconds: None)
        code, out, err = impasto("weights", "fetch", "vgg19")
    assert (code, out) == (1, "")
    assert "cannot be had: Connection refused; try again later, or download it on another" in err
    assert err.endswith("say `impasto weights import vgg19 vgg19-d01eb7cb.pth` here\n")
    assert not (folder / "home").exists()


@pytest.mark.parametrize(
    "error, code, words",
    [
        (UsageError("what was wrong"), 2, "what was wrong"),
        (WeightsError("what was wrong"), 2, "what was wrong"),
        (DownloadError("what was wrong"), 1, "what was wrong"),
        (ValueError("a library is lost"), 1, "should not happen: ValueError: a library is lost"),
        (RunError("the disk is full"), 1, "the disk is full"),
        (RunError("stopped", 143), 143, "stopped"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (MemoryError(), 1, "memory of this machine is full"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory"), 1, "is full"),
        (RuntimeError("CUDA out of memory. Tried to allocate 20 MiB"), 1, "is full"),
        (KeyError("scale"), 1, "should not happen: KeyError: 'scale'"),
    ],
)
def test_every_exception_becomes_a_code_and_a_sentence(monkeypatch, capsys, error, code, words):
    def fail(arguments):
        raise error

    monkeypatch.setitem(COMMANDS, "recipes", fail)
    assert main(["recipes"]) == code
    said = capsys.readouterr().err
    assert said.startswith("impasto: ")
    assert words in said
    assert said.count("\n") == 1
    assert explain(error)[0] == code


def test_traceback_is_shown_when_asked_for(monkeypatch, impasto):
    command = ("stylize", "missing.jpg", "painting.png")
    assert "Traceback" not in impasto(*command)[2]
    assert "Traceback" in impasto(*command, "--traceback")[2]
    monkeypatch.setenv("IMPASTO_DEBUG", "0")
    assert "Traceback" not in impasto(*command)[2]
    monkeypatch.setenv("IMPASTO_DEBUG", "1")
    code, _, err = impasto(*command)
    assert code == 2
    assert "Traceback" in err


def test_traceback_after_two_dashes_is_a_file(impasto):
    code, _, err = impasto("stylize", "--", "--traceback", "painting.png")
    assert code == 2
    assert err == "impasto: there is no file --traceback; expected a picture; check the name\n"


def test_a_reader_that_has_seen_enough_is_no_error(start):
    process = start("recipes", "--json")
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr.read() == b""
    process.stdout = None


def test_closed_standard_streams(start, folder):
    process = start(
        *("stylize", "photo.png", "painting.png", "--size", "32", "--iterations", "2"),
        redirections="<&- >&- 2>&-",
    )
    assert process.wait(60) == 0
    assert (folder / "photo-painting.png").is_file()


def test_closed_standard_input_as_a_picture(start):
    process = start("stylize", "-", "painting.png", "-o", "out.png", redirections="<&-")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.startswith(b"impasto: standard input is closed")


def test_handlers_that_could_not_be_put_back_are_left(monkeypatch):
    """Python can't name one that a program around it set in C."""
    import signal

    from impasto.cli.interrupts import Interrupts

    of_c = signal.SIGTERM
    original, before = signal.getsignal, signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(signal, "getsignal", lambda n: None if n == of_c else original(n))
    with Interrupts():
        assert original(of_c) is before
        assert original(signal.SIGINT) is not signal.default_int_handler
    assert original(signal.SIGINT) is signal.default_int_handler
