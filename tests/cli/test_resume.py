import os
import random
import signal
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from impasto.checkpoint import read_checkpoint, save_checkpoint
from impasto.cli.run import attend
from impasto.images.metadata import read_metadata
from impasto.images.picture import ImageError
from impasto.memory import memory_limit, set_memory_limit
from impasto.recipes import RECIPES

LONG = ("--size", "40", "--scale-step", "1.2", "--iterations", "40", "40", "--seed", "1")
"""Four seconds on an idle machine."""


@pytest.fixture
def expected(impasto, pixels):
    """The picture that an uninterrupted run makes."""
    assert impasto("stylize", "photo.png", "painting.png", "-o", "whole.png", *LONG)[0] == 0
    return pixels("whole.png")


def wait_for_change(path, process, before):
    """Wait until a file is there that `before` is not; tell whether the process still runs."""
    while process.poll() is None:
        if path.exists() and path.stat().st_ino != before:
            return True
        time.sleep(0.01)
    return False


def test_killed_at_random_moments_it_gives_the_same_picture(start, folder, expected, pixels):
    seed = random.randrange(10**6)
    dice, checkpoint, kills = random.Random(seed), folder / "run", 0
    every = ("--checkpoint-every", "0")
    command = ("stylize", "photo.png", "painting.png", "-o", "out.png", *LONG, *every)
    command += ("--checkpoint", "run")
    while not (folder / "out.png").exists():
        before = checkpoint.stat().st_ino if checkpoint.exists() else None
        process = start(*command)
        if kills < 4 and wait_for_change(checkpoint, process, before):
            time.sleep(dice.random() * 0.6)
            process.kill()
            kills += 1
        code = process.wait(120)
        assert code in (0, -signal.SIGKILL), process.stderr.read()
        command = ("resume", "run", *every)
    assert kills >= 2, "it ended too early to prove anything"
    assert np.array_equal(pixels("out.png"), expected), f"with the seed {seed}"
    assert not checkpoint.exists()
    assert not [name for name in os.listdir(folder) if name.endswith(".part")]


@pytest.fixture
def interrupt():
    """Send a signal to this process at an evaluation, or no more at None."""
    original, patch = attend.run, pytest.MonkeyPatch()

    def arrange(evaluation, number=signal.SIGINT, times=1):
        def run(*args, **kwargs):
            for step in original(*args, **kwargs):
                if step.index == evaluation:
                    for _ in range(times):
                        os.kill(os.getpid(), number)
                yield step

        patch.setattr(attend, "run", run)

    yield arrange
    patch.undo()


@pytest.fixture
def stopped(interrupt, stylize):
    """A run of 4 evaluations that Ctrl-C stopped after the second one."""
    interrupt(2)
    code, out, err = stylize("-o", "out.png", "--checkpoint", "run", "--checkpoint-every", "1000")
    interrupt(None)
    assert (code, out) == (130, "")
    assert err == "impasto: stopped after 2 evaluations; go on with `impasto resume run`\n"
    assert not Path("out.png").exists()


def test_ctrl_c_leaves_a_checkpoint(stopped, stylize, impasto, folder, pixels):
    stylize("-o", "whole.png")
    code, out, err = impasto("resume", "run", "-o", "resumed.png")
    assert (code, err) == (0, "")
    assert out.startswith("resumed.png: 32 x 26 pixels, standard, 4 evaluations in ")
    assert np.array_equal(pixels("resumed.png"), pixels("whole.png"))
    whole, resumed = read_metadata("whole.png"), read_metadata("resumed.png")
    assert {**whole, "seconds": 0} == {**resumed, "seconds": 0}
    assert not (folder / "run").exists()


def test_the_same_command_goes_on_too(stopped, stylize, pixels):
    stylize("-o", "whole.png")
    code, out, err = stylize("-o", "out.png", "--checkpoint", "run")
    assert (code, err) == (0, "impasto: run is there: going on after 2 evaluations\n")
    assert out.startswith("out.png: ")
    assert np.array_equal(pixels("out.png"), pixels("whole.png"))


def test_resume_from_another_folder(stopped, impasto, folder, monkeypatch):
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    code, out, _ = impasto("resume", "../run")
    assert code == 0
    assert out.startswith(str(folder / "out.png"))
    assert (folder / "out.png").is_file()


def test_resume_restores_the_number_of_threads(stopped, impasto):
    torch.set_num_threads(2)
    assert impasto("resume", "run", "--quiet") == (0, "", "")
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(
    "words, difference",
    [
        (["--seed", "3"], "the seed was 0 and is 3 now"),
        (["--content-weight", "7"], "content_weight was 5.0 and is 7.0 now"),
        (["--color", "histogram"], "the color was 'as-is' and is 'histogram' now"),
        (["--recipe", "gatys-2017"], "the recipe was 'standard' and is 'gatys-2017' now"),
        (["--init-image", "photo.png"], "2 pictures in other parts than these 3"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(stopped, stylize, folder, words, difference):
    before = (folder / "run").read_bytes()
    code, out, err = stylize("-o", "out.png", "--checkpoint", "run", *words)
    assert (code, out) == (2, "")
    assert err.startswith("impasto: run is the checkpoint of another run: ")
    assert difference in err
    assert err.count("\n") == 1
    assert (folder / "run").read_bytes() == before


def test_an_input_that_changed_is_refused(stopped, impasto, folder):
    (folder / "painting.png").write_bytes((folder / "another.png").read_bytes())
    code, _, err = impasto("resume", "run")
    assert code == 2
    assert "the style painting.png was another picture" in err


def test_an_input_that_is_gone_is_said(stopped, impasto, folder):
    (folder / "painting.png").unlink()
    code, _, err = impasto("resume", "run")
    assert code == 2
    assert err.startswith("impasto: there is no file painting.png")


def test_another_version_is_said(stopped, impasto, monkeypatch):
    monkeypatch.setattr("impasto.job.version", lambda name: "9.9")
    code, _, err = impasto("resume", "run")
    assert code == 0
    assert err == (
        f"impasto: impasto was {version('impasto')} when run was written and is 9.9 now: details "
        "of the picture may differ from those of an uninterrupted run\n"
    )


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff" * 100, None], ids=repr)
def test_a_file_that_is_no_checkpoint_is_refused(stylize, impasto, folder, content):
    if content is None:
        save_file({"weights": torch.zeros(3)}, folder / "run")
    else:
        (folder / "run").write_bytes(content)
    before = (folder / "run").read_bytes()
    for code, out, err in (impasto("resume", "run"), stylize("--checkpoint", "run")):
        assert (code, out) == (2, "")
        assert err.startswith("impasto: run is not a checkpoint of impasto; expected a file that ")
        assert "rror" not in err
        assert err.count("\n") == 1
    assert (folder / "run").read_bytes() == before


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_checkpoint_cut_short_is_refused(stopped, impasto, folder, share):
    whole = (folder / "run").read_bytes()
    (folder / "run").write_bytes(whole[: int(share * len(whole))])
    code, _, err = impasto("resume", "run")
    assert code == 2
    assert err.startswith("impasto: run is damaged, ")
    assert "rror" not in err


def test_resume_of_nothing(impasto, folder):
    assert "no.run doesn't exist" in impasto("resume", "no.run")[2]
    (folder / "place").mkdir()
    assert "place is a folder" in impasto("resume", "place")[2]


def test_the_output_may_not_be_an_input(stopped, impasto):
    code, _, err = impasto("resume", "run", "-o", "photo.png")
    assert code == 2
    assert "is the input" in err


def test_ctrl_c_without_checkpoint_saves_the_best_so_far(interrupt, stylize, impasto, pixels):
    interrupt(3)
    code, out, err = stylize("-o", "out.png")
    assert (code, out) == (130, "")
    sentence = "stopped after 3 evaluations; the best picture so far is out.png"
    assert err == f"impasto: {sentence}\n"
    made = read_metadata("out.png")
    assert made["evaluations"] == 3
    assert made["stopped"]
    interrupt(None)
    code, _, err = impasto("rerun", "out.png", "-o", "again.png")
    assert (code, err) == (0, "")
    assert np.array_equal(pixels("again.png"), pixels("out.png"))


def test_ctrl_c_with_a_checkpoint_that_cannot_be_written(interrupt, stylize, monkeypatch):
    """Then the picture is what can be kept."""

    def fail(*args):
        raise ImageError("run can't be saved (No space left on device)")

    monkeypatch.setattr(attend, "save_checkpoint", fail)
    interrupt(3)
    code, _, err = stylize("-o", "out.png", "--checkpoint", "run")
    first, second = err.splitlines()
    assert code == 130
    assert first == "impasto: run can't be saved (No space left on device); the run goes on"
    assert second == "impasto: stopped after 3 evaluations; the best picture so far is out.png"
    assert Path("out.png").exists()


def test_ctrl_c_at_the_last_evaluation_is_too_late(interrupt, stylize):
    interrupt(4)
    code, out, _ = stylize("-o", "out.png", "--checkpoint", "run")
    assert code == 0
    assert out.startswith("out.png: ")


def test_ctrl_c_at_an_early_stop_is_too_late_as_well(interrupt, stylize):
    interrupt(3)  # of nine: nothing that was planned after it will be done
    code, out, _ = stylize(
        "-o", "out.png", "--tolerance", "1", "--patience", "2", "--iterations", "9"
    )
    assert code == 0
    assert ", 3 evaluations in " in out
    assert read_metadata("out.png")["evaluations"] == 3
    assert "stopped" not in read_metadata("out.png")


def test_ctrl_c_twice_stops_at_once(interrupt, stylize, folder):
    interrupt(3, times=2)
    code, _, err = stylize("-o", "out.png")
    assert (code, err) == (130, "impasto: interrupted; nothing was saved\n")
    assert not (folder / "out.png").exists()


def test_ctrl_c_twice_with_a_checkpoint(interrupt, stylize):
    interrupt(3, times=2)
    code, _, err = stylize("-o", "out.png", "--checkpoint", "my run")
    assert (code, err) == (130, "impasto: interrupted; go on with `impasto resume 'my run'`\n")


def test_kill_is_heard_too(interrupt, stylize):
    interrupt(2, signal.SIGTERM)
    code, _, err = stylize("-o", "out.png", "--checkpoint", "run")
    assert code == 143
    assert "impasto resume run" in err


def test_the_handlers_are_put_back(stylize):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    stylize("-o", "out.png")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_run_that_stops_early_resumes_at_its_stop(interrupt, stylize, impasto, pixels):
    """A scale that ended because nothing improved has ended, also after an interruption."""
    early = ("--tolerance", "1", "--patience", "2", "--iterations", "9", "9")
    scales = ("--size", "40", "--scale-step", "1.2")
    stylize("-o", "whole.png", *early, *scales, "--quiet")
    interrupt(3)  # the evaluation at which the first scale stops
    assert stylize("-o", "out.png", "--checkpoint", "run", *early, *scales)[0] == 130
    interrupt(None)
    assert impasto("resume", "run")[0] == 0
    assert np.array_equal(pixels("out.png"), pixels("whole.png"))


def test_it_goes_on_with_the_settings_of_then(stopped, impasto, monkeypatch):
    """A recipe that a new version of impasto changed makes no other run of it."""
    recipe = RECIPES["standard"]
    changed = replace(recipe, method=replace(recipe.method, content_weight=77.0))
    monkeypatch.setitem(RECIPES, "standard", changed)
    assert impasto("resume", "run", "--quiet") == (0, "", "")
    assert read_metadata("out.png")["settings"]["content_weight"] == recipe.method.content_weight


def test_it_goes_on_with_the_memory_of_then(no_limit, interrupt, stylize, impasto):
    interrupt(2)
    assert stylize("-o", "out.png", "--checkpoint", "run", "--memory", "8GiB")[0] == 130
    set_memory_limit(None)  # as in a new process
    interrupt(3)
    assert impasto("resume", "run")[0] == 130
    assert memory_limit() == read_checkpoint("run").request["memory"] == 8 * 2**30
    interrupt(None)
    assert impasto("resume", "run", "--memory", "9GiB")[0] == 0
    assert memory_limit() == 9 * 2**30


@pytest.mark.parametrize(
    ("memory", "sentence"),
    [("much", "what was asked for can't be read"), (-1, "expected a number above 0")],
)
def test_a_memory_that_nobody_could_ask_for(stopped, impasto, no_limit, memory, sentence):
    earlier = read_checkpoint("run")
    save_checkpoint("run", replace(earlier, request={**earlier.request, "memory": memory}))
    code, _, err = impasto("resume", "run")
    assert code == 2
    assert sentence in err


def test_ctrl_c_never_replaces_a_finished_picture(interrupt, stylize, folder):
    (folder / "out.png").write_bytes(b"yesterday's")
    interrupt(2)
    code, _, err = stylize("-o", "out.png")
    assert code == 130
    assert err.endswith("stopped after 2 evaluations; the best picture so far is out-stopped.png\n")
    assert (folder / "out.png").read_bytes() == b"yesterday's"
    assert read_metadata("out-stopped.png")["stopped"]
    assert stylize("-o", "out.png")[2].endswith("is out-stopped-2.png\n")


def test_ctrl_c_replaces_its_own_preview(interrupt, stylize):
    interrupt(2)
    _, _, err = stylize("-o", "out.png", "--preview", "out.png")
    assert err.endswith("the best picture so far is out.png\n")
    assert read_metadata("out.png")["stopped"]


def test_a_made_up_name_is_made_up_anew(interrupt, stylize, impasto, folder):
    """Hours may lie between the choice of a name and the picture."""
    interrupt(2)
    assert stylize("--checkpoint", "run")[0] == 130
    interrupt(None)
    (folder / "photo-painting.png").write_bytes(b"another program's")
    code, out, _ = impasto("resume", "run")
    assert code == 0
    assert out.startswith(f"{folder}/photo-painting-2.png: ")
    assert (folder / "photo-painting.png").read_bytes() == b"another program's"


def test_a_made_up_name_that_is_taken_meanwhile(stylize, folder, monkeypatch):
    original = attend.run

    def run(*args, **kwargs):
        for step in original(*args, **kwargs):
            (folder / "photo-painting.png").write_bytes(b"another program's")
            yield step

    monkeypatch.setattr(attend, "run", run)
    code, out, _ = stylize()
    assert code == 0
    assert out.startswith("photo-painting-2.png: ")
    assert (folder / "photo-painting.png").read_bytes() == b"another program's"


def test_moved_inputs_can_be_named(stopped, stylize, impasto, folder, pixels, monkeypatch):
    stylize("-o", "whole.png", "--quiet")
    (folder / "place").mkdir()
    for name in ("photo", "painting"):
        os.rename(f"{name}.png", f"place/moved-{name}.png")
    monkeypatch.chdir(folder / "place")
    named = ("--content", "moved-photo.png", "--styles", "moved-painting.png")
    code, _, err = impasto("resume", "../run", *named, "-o", "moved-photo.png")
    assert code == 2
    assert "is the input" in err
    assert impasto("resume", "../run", *named, "--quiet") == (0, "", "")
    assert np.array_equal(pixels("out.png"), pixels("whole.png"))


@pytest.mark.parametrize(
    "words, message",
    [
        (["--content", "another.png"], "another.png was another picture"),
        (["--styles", "painting.png", "another.png"], "--styles got 2 pictures, and the run 1"),
        (["--init-image", "another.png"], "--init-image is a picture that the run was not given"),
        (["--content-mask", "x.png"], "--content-mask is a picture that the run was not given"),
    ],
)
def test_other_inputs_are_refused(stopped, impasto, words, message):
    code, _, err = impasto("resume", "run", *words)
    assert code == 2
    assert message in err
    assert err.count("\n") == 1


def test_resume_keeps_the_interval(interrupt, stylize, impasto, monkeypatch):
    interrupt(2)
    stylize("--checkpoint", "run", "--checkpoint-every", "7")
    interrupt(None)
    seen = []
    original = attend.Attendance.__init__

    def note(self, task, *rest):
        seen.append(task.places.checkpoint_seconds)
        original(self, task, *rest)

    monkeypatch.setattr(attend.Attendance, "__init__", note)
    for words in ([], ["--checkpoint-every", "9"]):
        kept = Path("run").read_bytes()
        assert impasto("resume", "run", "--quiet", *words)[0] == 0
        Path("run").write_bytes(kept)
    assert seen == [7, 9]


def edited(path, change):
    """Change what a checkpoint holds: its state, and what is written about it."""
    found = read_checkpoint(path)
    state, run, request = dict(found.state), dict(found.run), dict(found.request)
    change(state, run, request)
    save_checkpoint(path, replace(found, state=state, run=run, request=request))


@pytest.mark.parametrize(
    "change",
    [
        lambda state, run, request: state.pop("scale"),
        lambda state, run, request: state.pop("best"),
        lambda state, run, request: state.update(scale=torch.tensor(9)),
        lambda state, run, request: state.update(best=torch.zeros(2)),
        lambda state, run, request: run.update(settings=3),
        lambda state, run, request: run.update(settings={"iterations": []}),
        lambda state, run, request: run.update(machine={"threads": "x"}),
        lambda state, run, request: run.update(machine=None),
        lambda state, run, request: request.update(output=5),
        lambda state, run, request: request.update(every="often"),
        lambda state, run, request: request.update(asked=None),
    ],
)
def test_a_checkpoint_that_makes_no_sense(stopped, impasto, folder, change):
    edited("run", change)
    before = (folder / "run").read_bytes()
    code, out, err = impasto("resume", "run")
    assert (code, out) == (2, "")
    assert err.startswith("impasto: ")
    assert "should not happen" not in err
    assert err.count("\n") == 1
    assert (folder / "run").read_bytes() == before


def test_more_threads_than_there_are(stopped, impasto, monkeypatch):
    edited("run", lambda state, run, request: run["machine"].update(threads=10**6))
    code, _, err = impasto("resume", "run")
    assert code == 0
    assert err.startswith("impasto: threads was 1000000 when run was written and is 1 now")
    assert torch.get_num_threads() == 1


def test_a_network_of_the_same_name_with_other_weights_is_refused(stopped, impasto, monkeypatch):
    monkeypatch.setattr("impasto.job.weights_digest", lambda name: "0" * 64)
    code, _, err = impasto("resume", "run")
    assert code == 2
    assert "run is the checkpoint of another run: the network had other weights" in err


def test_what_killed_processes_left_goes_at_the_end(stopped, impasto, folder):
    left = folder / ".run.impasto-0123456789abcdef.part"
    left.write_bytes(b"half a checkpoint")
    assert impasto("resume", "run", "--checkpoint-every", "1000", "--quiet") == (0, "", "")
    assert not left.exists()
