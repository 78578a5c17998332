"""The limits of containers: the control groups of Linux."""

from pathlib import Path


def control_groups(controller: str, root: Path = Path("/")) -> list[Path]:
    """Return the folders of the groups that limit "memory" or "cpu" of this process.

    They come from the innermost outwards, and some need not exist. Files in them are named as in
    version 2 or version 1 of control groups. `root` is where the system's own files are.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:  # another system
        return []
    found: list[Path] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:  # version 2 has all of them in one tree
            base = root / "sys/fs/cgroup"
        elif controller in controllers.split(","):
            base = root / "sys/fs/cgroup" / controller
        else:
            continue
        folder = base / path.lstrip("/")
        found += [group for group in (folder, *folder.parents) if group.is_relative_to(base)]
    return found
