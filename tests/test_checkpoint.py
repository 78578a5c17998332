import json
import tracemalloc

import pytest
import torch
from safetensors.torch import save_file

from impasto import checkpoint as module
from impasto.checkpoint import (
    Checkpoint,
    CheckpointError,
    check_same_run,
    machine_changes,
    read_checkpoint,
    save_checkpoint,
)
from impasto.images.picture import ImageError


def run(**changes):
    """What `Job.describe` says, in short."""
    said = {
        "recipe": "standard",
        "method": "gatys",
        "settings": {"size": 32, "iterations": [4, 2], "content_weight": 5.0},
        "weights": "3a" * 32,
        "color": "as-is",
        "seed": 1,
        "style_weights": [1.0],
        "inputs": [
            {"role": "content", "name": "cat.jpg", "sha256": "c0"},
            {"role": "style", "name": "wave.jpg", "sha256": "5e"},
        ],
        "versions": {"impasto": "0.1.0", "torch": "2.13", "python": "3.11"},
        "machine": {"device": "cpu", "threads": 2, "precision": "float32"},
    }
    return said | changes


def state():
    return {
        "point": torch.randn(1, 3, 5, 7),
        "numbers": torch.tensor([1 / 3, torch.inf], dtype=torch.float64),
        "scale": torch.tensor(2),
        "empty": torch.empty(0),
        "narrow": torch.randn(3).bfloat16(),
        "turned": torch.randn(4, 3).T,
    }


@pytest.fixture
def saved(tmp_path):
    found = Checkpoint(run(), {"asked": {"content": "cat.jpg"}}, 12.5, 40, state())
    save_checkpoint(tmp_path / "run", found)
    return found


def test_what_was_saved_comes_back(saved, tmp_path):
    found = read_checkpoint(tmp_path / "run")
    assert found.run == saved.run
    assert found.request == saved.request
    assert found.seconds == 12.5
    assert found.evaluations == 40
    assert found.state.keys() == saved.state.keys()
    for name, value in saved.state.items():
        assert found.state[name].dtype == value.dtype
        assert torch.equal(found.state[name], value)


def test_tensors_are_aligned_as_new_ones_are(saved, tmp_path):
    """In the file they begin anywhere, and a dot product would differ in its last bits."""
    for value in read_checkpoint(tmp_path / "run").state.values():
        assert value.data_ptr() % 64 == 0


def test_the_one_before_stays_until_the_new_one_is_whole(saved, tmp_path, monkeypatch):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("impasto.atomic.os.fsync", fail)
    with pytest.raises(ImageError, match="No space left"):
        save_checkpoint(tmp_path / "run", Checkpoint(run(seed=9), {}, 0.0, 41, state()))
    assert read_checkpoint(tmp_path / "run").evaluations == 40
    assert [each.name for each in tmp_path.iterdir()] == ["run"]


def test_every_cut_is_noticed(saved, tmp_path):
    whole = (tmp_path / "run").read_bytes()
    for length in range(0, len(whole), 37):
        (tmp_path / "run").write_bytes(whole[:length])
        with pytest.raises(
            CheckpointError, match=r"run is (not a .*|damaged, .*); expected a file"
        ):
            read_checkpoint(tmp_path / "run")


def test_other_files(tmp_path):
    with pytest.raises(CheckpointError, match="nothing doesn't exist"):
        read_checkpoint(tmp_path / "nothing")
    with pytest.raises(CheckpointError, match="is a folder"):
        read_checkpoint(tmp_path)
    save_file({"weight": torch.zeros(2)}, tmp_path / "weights", {"format": "pt"})
    with pytest.raises(CheckpointError, match="is not a checkpoint of impasto; expected"):
        read_checkpoint(tmp_path / "weights")


@pytest.mark.parametrize(
    "about",
    ["no JSON", "[]", "3", "{}", '{"format": "one"}', '{"format": 2, "run": {}}',
     '{"format": 2, "run": {"inputs": [3]}, "request": {}, "seconds": 1, "evaluations": 1}',
     '{"format": 2, "run": {"inputs": []}, "request": {}, "seconds": "x", "evaluations": 1}'],
)  # fmt: skip
def test_a_damaged_description(tmp_path, about):
    save_file({"scale": torch.zeros(1)}, tmp_path / "run", {"impasto-checkpoint": about})
    with pytest.raises(CheckpointError, match="run is damaged: its description"):
        read_checkpoint(tmp_path / "run")


@pytest.mark.parametrize("step, age", [(1, "a newer impasto.*update"), (-1, "an older impasto")])
def test_another_format(tmp_path, step, age):
    about = json.dumps({"format": module.FORMAT + step})
    save_file({"scale": torch.zeros(1)}, tmp_path / "run", {"impasto-checkpoint": about})
    with pytest.raises(CheckpointError, match=f"written by {age}"):
        read_checkpoint(tmp_path / "run")


def test_the_same_run_is_accepted(saved):
    assert check_same_run("run", saved, run()) == ()
    moved = [dict(each, name="elsewhere/" + each["name"]) for each in run()["inputs"]]
    assert check_same_run("run", saved, run(inputs=moved)) == ()
    tuples = {"size": 32, "iterations": (4, 2), "content_weight": 5.0}
    assert check_same_run("run", saved, run(settings=tuples)) == ()


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"recipe": "best"}, "the recipe was 'standard' and is 'best' now"),
        ({"method": "strotss"}, "the method was 'gatys'"),
        ({"settings": {"size": 64, "iterations": [4, 2]}}, "size was 32 and is 64 now"),
        ({"settings": {"size": 64, "iterations": [4, 2]}}, "content_weight was 5.0 and is None"),
        ({"color": "luminance"}, "the color was 'as-is'"),
        ({"seed": 2}, "the seed was 1 and is 2 now"),
        ({"style_weights": [2.0]}, r"the style weights was \[1.0\]"),
        ({"inputs": run()["inputs"][:1]}, "it had 2 pictures in other parts than these 1"),
    ],
)
def test_another_run_is_refused(saved, changes, words):
    with pytest.raises(CheckpointError, match=f"run is the checkpoint of another run: .*{words}"):
        check_same_run("run", saved, run(**changes))


def test_another_picture_is_refused(saved):
    content, style = run()["inputs"]
    with pytest.raises(CheckpointError, match=r"the style wave\.jpg was another picture"):
        check_same_run("run", saved, run(inputs=[content, style | {"sha256": "00"}]))


def test_what_only_changes_the_last_bits_is_said(saved):
    machine = {"device": "cpu", "threads": 2, "precision": "bfloat16"}
    versions = {"impasto": "0.1.0", "torch": "2.14", "python": "3.13"}
    first, second = check_same_run("run", saved, run(machine=machine, versions=versions))
    assert first.startswith("torch was 2.13 when run was written and is 2.14 now")
    assert second.startswith("precision was float32 when run was written and is bfloat16 now")


def test_machine_changes_of_nothing():
    assert machine_changes({"machine": 3}, run(machine={"threads": 1}, versions={})) == [
        ("threads", None, 1)
    ]


def test_writing_needs_no_memory_of_its_own(tmp_path):
    """A history of gigabytes must not be there twice or three times."""
    large = {"history": torch.zeros(10, 3, 400, 400)}
    size = large["history"].numel() * 4
    tracemalloc.start()
    save_checkpoint(tmp_path / "run", Checkpoint(run(), {}, 0.0, 1, large))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "run").stat().st_size > size
    assert peak < size / 10


def test_other_weights_of_the_network_are_refused(saved):
    with pytest.raises(CheckpointError, match="another run: the network had other weights"):
        check_same_run("run", saved, run(weights="0" * 64))
