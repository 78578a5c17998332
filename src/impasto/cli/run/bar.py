"""How far a run is: one line on standard error."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.progress import ProgressColumn, TimeRemainingColumn
from rich.progress import Task as BarTask
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from impasto.cli.drawn import Drawn, console_for
from impasto.cli.interrupts import Interrupts
from impasto.cli.terminal import describe_losses
from impasto.contracts import Stage, Step
from impasto.estimate import done_share

SPEED_SECONDS = 300
"""Time left is guessed from so long a past: an evaluation of a large picture takes a minute."""

WIDTH = 24
"""Of the bar alone, where there is room."""


class Bar(Drawn):
    """Stage, share of the work, losses and time left."""

    def __init__(self, stages: Sequence[Stage], interrupts: Interrupts, *, quiet: bool) -> None:
        console = console_for(quiet=quiet)
        line = OneLine(interrupts, console)
        super().__init__(console, line, speed_estimate_period=SPEED_SECONDS)
        self.stages = stages
        self.task = self.progress.add_task("starting", total=1.0, losses="")

    def show(self, step: Step) -> None:
        """Bring the bar to a step. Reading its losses waits for the device, so not at every one."""
        if self.progress.disable:
            return
        losses = describe_losses({name: float(value) for name, value in step.losses.items()})
        share = done_share(self.stages, step.place)
        self.progress.update(self.task, description=step.stage, completed=share, losses=losses)


class OneLine(ProgressColumn):
    """All that the bar says, in one line of any terminal.

    Where room is short the losses go first, then the stage; then the bar itself becomes shorter.
    That the run is about to stop is said everywhere, in one word if need be.
    """

    def __init__(self, interrupts: Interrupts, console: Console) -> None:
        super().__init__()
        self.interrupts, self.console = interrupts, console
        self.time_left = TimeRemainingColumn(compact=True)

    def render(self, task: BarTask) -> Table:
        """Return the line, as wide as the terminal is now."""
        stage, short = task.description, ""
        if self.interrupts.signal is not None:
            stage, short = "stopping after this evaluation", "stopping"
        losses, left = task.fields["losses"], f"{self.time_left(task)} left"
        for first, third in ((stage, losses), (stage, ""), (short, "")):
            words = [first, f"{task.percentage:>3.0f}%", third, left]
            room = self.console.width - sum(cell_len(word) + 1 for word in words if word)
            if room >= WIDTH:
                break
        bar = ProgressBar(1.0, task.completed, width=max(1, min(WIDTH, room)))
        parts = [Text(word, no_wrap=True, overflow="crop") if word else None for word in words]
        line = Table.grid(padding=(0, 1))
        line.add_row(*(part for part in (parts[0], bar, *parts[1:]) if part is not None))
        return line
