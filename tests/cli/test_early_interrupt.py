"""Ctrl-C and `kill` while the libraries are still being loaded, which takes seconds."""

import os
import signal
import subprocess
import sys

import pytest

AS_MODULE = ["-m", "impasto"]
AS_SCRIPT = ["-c", "import sys; from impasto.cli import main; sys.exit(main())"]
"""What the console script holds."""

MOMENTS = ["importlib.metadata", "torch._C", "torch.nn", "impasto.contracts", "tyro"]
"""Modules that have just been loaded."""

WORDS = ("stylize", "photo.png", "painting.png", "--size", "32", "--dry-run")

CASES = [
    *((AS_SCRIPT, module, signal.SIGINT) for module in MOMENTS),
    (AS_MODULE, "torch._C", signal.SIGINT),
    (AS_SCRIPT, "torch._C", signal.SIGTERM),
]


@pytest.fixture
def loading(folder):
    """Start a command that says which modules it has loaded."""
    started = []

    def popen(form, ctrl_c=signal.SIG_DFL):
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-X", "importtime", *form, *WORDS]
        started.append(
            subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, ctrl_c),
            )
        )
        return started[-1]

    yield popen
    for process in started:
        process.kill()
        process.communicate()


def wait_for(process, module):
    """Read what a process has loaded until this module is there."""
    for line in process.stderr:
        if line.rsplit("|", 1)[-1].strip() == module:
            return
    raise AssertionError(f"{module} was never loaded")


@pytest.mark.parametrize("form, module, number", CASES)
def test_no_traceback_while_loading(loading, form, module, number):
    process = loading(form)
    wait_for(process, module)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == -number  # which shells report as 130 and 143
    assert out == ""
    assert [line for line in err.splitlines() if not line.startswith("import time:")] == []


def test_between_two_loads_it_is_one_sentence(loading):
    """The algorithm is loaded when a plan is asked for."""
    process = loading(AS_SCRIPT)
    wait_for(process, "impasto.methods.gatys")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    said = [line for line in err.splitlines() if not line.startswith("import time:")]
    assert (process.returncode, out, said) == (
        130, "", ["impasto: interrupted; nothing was saved"]
    )  # fmt: skip


def test_ignored_it_stays_ignored(loading):
    """A shell starts what is in the background so."""
    process = loading(AS_MODULE, ctrl_c=signal.SIG_IGN)
    wait_for(process, "torch._C")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "32 x " in out


def test_an_answer_of_the_caller_stays(impasto):
    before = signal.getsignal(signal.SIGINT)
    answer = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        mine = signal.getsignal(signal.SIGINT)
        assert impasto("--version")[0] == 0
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, answer)
    assert impasto("--version")[0] == 0
    assert signal.getsignal(signal.SIGINT) is before
