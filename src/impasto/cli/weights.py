"""`impasto weights`: what networks are here, and how to get another one.

`weights_commands` maps the name of each subcommand to the function that does it; their arguments
are what `tyro` reads. What takes long to load, they load themselves: `--help` doesn't wait for it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from impasto.cli.arguments import Flag, Name
from impasto.cli.loading import loading
from impasto.weights.table import CAFFE, TABLE, TORCHVISION

if TYPE_CHECKING:
    from impasto.weights.download import Progress

PREPROCESSING = {"caffe": CAFFE, "torchvision": TORCHVISION}

Names = Annotated[tuple[str, ...], tyro.conf.arg(metavar="[NAME ...]")]
WeightsFile = Annotated[Path, tyro.conf.arg(metavar="FILE")]


def list_weights() -> None:
    """List the networks that impasto knows, and which of them are on this machine."""
    with loading():
        from impasto.weights import store, trained
        from impasto.weights.format import read_about

    here = store.available()
    for name, record in TABLE.items():
        state = "here" if name in here else "to be fetched or imported"
        state = "comes with impasto" if record.shipped else state
        print(f"{name:18} {state}; {record.license.split(',')[0]}; {record.origin}")
        if name in here:
            print(f"{'':18} {store.weights_path(record)}")
    print(f"{store.RANDOM:18} needs no file; a VGG-19 that was never trained, for trials and tests")
    for name, purpose in trained.TRAINED.items():
        about = read_about(trained.trained_path(name))
        print(f"{name:18} comes with impasto; {about['license']}; {purpose}")
        print(f"{'':18} {trained.trained_path(name)}")
    print(f"\nWhat is fetched or imported goes to {store.cache_folder() / 'weights'}")


def import_weights(
    name: Name,
    file: WeightsFile,
    /,
    preprocessing: Literal["caffe", "torchvision"] | None = None,
) -> None:
    """Convert a VGG-19 that you have: PyTorch's .pth, Keras' .h5 or MatConvNet's .mat.

    Args:
        name: vgg19, whoever trained it: its values tell.
        file: the file; it is read as data and no code in it is run.
        preprocessing: what the network expects as input, only for values that nobody published.
    """
    with loading():
        from impasto.weights import store

    record = store.import_weights(
        name, file, PREPROCESSING[preprocessing] if preprocessing else None
    )
    print(f"{file} is now {record.name}: {store.weights_path(record)}")


def fetch_weights(name: Name, /, offline: Flag = False) -> None:
    """Download a network, check it and convert it. An interrupted download goes on where it was.

    Args:
        name: one of those that `impasto weights list` shows.
        offline: say what would be downloaded, and how to bring it here, without doing it.
    """
    with loading():
        from impasto.weights import store

    with _bar(name) as progress:
        record = store.fetch(name, progress=progress, offline=offline)
    print(f"{record.name}: {store.weights_path(record)}")


def verify_weights(names: Names = (), /) -> None:
    """Check that the files of the networks are undamaged.

    Args:
        names: which ones; all that are on this machine if none is given.
    """
    with loading():
        from impasto.weights import store, trained

    for name in names or (*store.available(), *trained.TRAINED):
        ours = name in trained.TRAINED
        path = trained.verify_trained(name) if ours else store.weights_path(store.verify(name))
        print(f"{name}: {path} is undamaged")


weights_commands: dict[str, Callable[..., None]] = {
    "list": list_weights,
    "import": import_weights,
    "fetch": fetch_weights,
    "verify": verify_weights,
}


@contextmanager
def _bar(name: str) -> "Iterator[Progress | None]":
    """A progress bar on standard error, or nothing if that is not a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(
        *columns, TransferSpeedColumn(), TimeRemainingColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
