"""The pictures of GCompris, out of Qt's resource files; its paintings are cut into jigsaw pieces.

Used by training_pictures.py. A resource file is a tree of names with bytes, stored or deflated. The
positions of pieces are rounded, so that each is slid by two pixels at most to where it fits best,
and seams that are left are filled from their neighbors.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ACTIVITIES = ("explore_world_animals", "details", "paintings")
MARGIN = 20
"""Pixels around the board, into which pieces may reach."""

Planes = NDArray[np.float32]


def gcompris(root: Path) -> None:
    """Write what the manifest calls RCC and PAINTINGS into an unpacked package."""
    for activity in ACTIVITIES:
        folder = root / "RCC" / activity
        folder.mkdir(parents=True)
        content = (root / f"usr/share/gcompris-qt/rcc/{activity}.rcc").read_bytes()
        for name, data in resources(content):
            if name.endswith((".webp", ".qml")):
                (folder / name).write_bytes(data)
    (root / "PAINTINGS").mkdir()
    for board in (root / "RCC/paintings").glob("board*_0.qml"):
        title, painting = joined(board)
        name = re.sub(r"[^A-Za-z0-9]+", "_", title).strip("_")
        Image.fromarray(painting).save(root / "PAINTINGS" / f"{name}.png")


def resources(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of the files in a Qt resource file."""
    version, tree, data, names = struct.unpack(">IIII", content[4:20])
    node = 14 if version == 1 else 22

    def walk(number: int) -> Iterator[tuple[str, bytes]]:
        at = tree + number * node
        where, flags = struct.unpack(">IH", content[at : at + 6])
        if flags & 2:  # a folder
            count, first = struct.unpack(">II", content[at + 6 : at + 14])
            for each in range(first, first + count):
                yield from walk(each)
            return
        at_name = names + where
        (length,) = struct.unpack(">H", content[at_name : at_name + 2])
        name = content[at_name + 6 : at_name + 6 + 2 * length].decode("utf-16-be")
        (offset,) = struct.unpack(">I", content[at + 10 : at + 14])
        (size,) = struct.unpack(">I", content[data + offset : data + offset + 4])
        stored = content[data + offset + 4 : data + offset + 4 + size]
        yield name, zlib.decompress(stored[4:]) if flags & 1 else stored

    yield from walk(0)


@dataclass
class Piece:
    """A piece (h, w, RGBA) in [0, 1], its alpha below, and where its corner lies on the board."""

    colors: Planes
    y: int
    x: int

    @property
    def alpha(self) -> Planes:
        """How much of it is there."""
        return self.colors[..., 3]

    def on(self, board: Planes, dy: int = 0, dx: int = 0) -> Planes:
        """Return the part of the board that lies below it, shifted; not a copy."""
        h, w = self.alpha.shape
        return board[self.y + dy : self.y + dy + h, self.x + dx : self.x + dx + w]


def joined(board: Path) -> tuple[str, NDArray[np.uint8]]:
    """Return the title and the picture (h, w, 3) of a jigsaw."""
    text = board.read_text(encoding="utf-8")
    title = re.findall(r'qsTr\("([^"]+)"\)', text)[0]
    w, h = (int(re.findall(rf'"{side}": (\d+)', text)[0]) for side in ("width", "height"))
    pieces: list[Piece] = []
    place = r'"pixmapfile" : "image/([^"]+\.webp)",\s*"x" : "([\d.]+)",\s*"y" : "([\d.]+)"'
    for file, x, y in re.findall(place, text):
        opened = Image.open(board.parent / file).convert("RGBA")
        colors = np.asarray(opened, np.float32) / np.float32(255)
        top = round(float(y) * h - colors.shape[0] / 2) + MARGIN
        left = round(float(x) * w - colors.shape[1] / 2) + MARGIN
        pieces.append(Piece(colors, top, left))
    size = (h + 2 * MARGIN, w + 2 * MARGIN)
    _slide(pieces, size)
    colors, cover = np.zeros((*size, 3), np.float32), np.zeros(size, np.float32)
    for piece in pieces:
        piece.on(colors)[...] += piece.colors[..., :3] * piece.alpha[..., None]
        piece.on(cover)[...] += piece.alpha
    rows, columns = (_filled(cover > 0.25, axis) for axis in (1, 0))
    colors, cover = colors[rows, columns], cover[rows, columns]
    there = cover > 0.25
    known = np.where(there[..., None], colors / np.maximum(cover, 1e-3)[..., None], 0)
    return title, (255 * _without_seams(known, there)).clip(0, 255).astype(np.uint8)


def _slide(pieces: list[Piece], size: tuple[int, int]) -> None:
    """Move each piece to where it leaves the least gap and overlaps the others least."""
    cover = np.zeros(size, np.float32)
    for piece in pieces:
        piece.on(cover)[...] += piece.alpha
    for piece in pieces * 3:
        piece.on(cover)[...] -= piece.alpha
        moves = sorted(product((0, -1, 1, -2, 2), repeat=2), key=lambda move: sum(map(abs, move)))
        errors = [_misfit(piece, cover, *move) for move in moves]
        dy, dx = moves[int(np.argmin(errors))]
        piece.y, piece.x = piece.y + dy, piece.x + dx
        piece.on(cover)[...] += piece.alpha


def _misfit(piece: Piece, cover: Planes, dy: int, dx: int) -> float:
    """Return how far from covered once the board is around a piece that is moved."""
    h, w = piece.alpha.shape
    top, left = piece.y + dy - 3, piece.x + dx - 3
    if min(top, left) < 0 or top + h + 6 > cover.shape[0] or left + w + 6 > cover.shape[1]:
        return float("inf")
    around = cover[top : top + h + 6, left : left + w + 6].copy()
    around[3:-3, 3:-3] += piece.alpha
    return float(np.abs(around.clip(0, 3) - 1).sum())


def _filled(there: NDArray[np.bool_], axis: int) -> slice:
    """Return the rows or columns that are as full as any, but the first and the last of them."""
    share = there.mean(axis)
    full = np.flatnonzero(share > 0.97 * share.max())
    return slice(full[0] + 1, full[-1])


def _without_seams(known: Planes, there: NDArray[np.bool_]) -> Planes:
    """Return a picture in which what is not there is the mean of its neighbors."""
    weight = there.astype(np.float32)
    while (weight == 0).any():
        padded = np.pad(known * weight[..., None], ((1, 1), (1, 1), (0, 0)))
        beside = np.pad(weight, 1)
        h, w = weight.shape
        moves = list(product(range(3), repeat=2))
        total = sum(padded[y : y + h, x : x + w] for y, x in moves)
        count = np.asarray(sum(beside[y : y + h, x : x + w] for y, x in moves))
        found = (weight == 0) & (count > 0)
        known[found] = (total / np.maximum(count, 1)[..., None])[found]
        weight[found] = 1
    return known
