"""A download survives a bad line, and nothing wrong gets a name."""

import errno
import hashlib
import re
import shutil
import sys
from pathlib import Path

import pytest
from server import Server

from impasto.weights import download as module
from impasto.weights.download import download
from impasto.weights.table import WeightsError


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def get(server: Server, path: Path, **options: float) -> str:
    """Download what the server has, without pauses."""
    settings = {"pause": 0.0, "timeout": 5.0, **options}
    return download(f"{server.url}/file", path, sha256(server.content), **settings)


def test_a_file_arrives(server: Server, tmp_path: Path):
    seen: list[tuple[int, int | None]] = []
    path = tmp_path / "new" / "file"
    found = download(
        f"{server.url}/file",
        path,
        sha256(server.content)[:8],
        progress=lambda *now: seen.append(now),
    )
    assert path.read_bytes() == server.content
    assert found == sha256(server.content)
    assert seen[-1] == (len(server.content), len(server.content))
    assert [item.name for item in path.parent.iterdir()] == ["file"]


def test_a_cut_is_resumed(server: Server, tmp_path: Path):
    server.answers = ["cut", "cut", "whole"]
    get(server, tmp_path / "file")
    half, three_quarters = len(server.content) // 2, len(server.content) * 3 // 4
    assert server.ranges == [None, f"bytes={half}-", f"bytes={three_quarters}-"]
    assert (tmp_path / "file").read_bytes() == server.content


def test_the_next_program_resumes(server: Server, tmp_path: Path):
    (tmp_path / "file.part").write_bytes(server.content[:1000])
    get(server, tmp_path / "file")
    assert server.ranges == ["bytes=1000-"]
    assert (tmp_path / "file").read_bytes() == server.content


def test_cuts_that_bring_something_do_not_count(server: Server, tmp_path: Path):
    server.answers = [*["cut"] * 8, "whole"]
    get(server, tmp_path / "file", attempts=2)
    assert (tmp_path / "file").read_bytes() == server.content


def test_a_server_without_ranges_starts_again(server: Server, tmp_path: Path):
    server.answers = ["cut", "no range"]
    get(server, tmp_path / "file")
    assert server.ranges[1] is not None
    assert (tmp_path / "file").read_bytes() == server.content


def test_what_was_complete_needs_only_its_name(server: Server, tmp_path: Path):
    (tmp_path / "file.part").write_bytes(server.content)
    get(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == server.content


@pytest.mark.parametrize("start", [b"", b"left by another file" * 9])
def test_a_wrong_hash_leaves_nothing(start: bytes, server: Server, tmp_path: Path):
    (tmp_path / "file.part").write_bytes(start)
    with pytest.raises(
        WeightsError, match=r"has the SHA-256 .*, expected 00000000\.\.\.; .*deleted"
    ):
        download(f"{server.url}/file", tmp_path / "file", "00000000")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("status", "requests"), [("404", 1), ("403", 1), ("500", 4), ("503", 4)])
def test_a_refusal_is_told(status: str, requests: int, server: Server, tmp_path: Path):
    server.answers = [status]
    with pytest.raises(WeightsError, match=re.escape(f"{server.url}/file") + f".*{status}"):
        get(server, tmp_path / "file")
    assert len(server.ranges) == requests
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_recovers_is_forgiven(server: Server, tmp_path: Path):
    server.answers = ["500", "503", "whole"]
    get(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == server.content


def test_a_login_page_is_not_a_network(server: Server, tmp_path: Path):
    server.answers = ["html"]
    with pytest.raises(WeightsError, match="sends a web page, not weights"):
        get(server, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_silence_ends(server: Server, tmp_path: Path):
    server.answers = ["hang"]
    with pytest.raises(WeightsError, match="timed out"):
        get(server, tmp_path / "file", timeout=0.2, attempts=2)
    assert len(server.ranges) == 2


def test_nobody_there(server: Server, tmp_path: Path):
    with Server() as other:
        url = other.url
    with pytest.raises(WeightsError, match=r"cannot be had: .*refused"):
        download(f"{url}/file", tmp_path / "file", "00000000", pause=0.0)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/file",
        "http://example.org/file",
        "http://localhost.example.org/file",
        "http://128.0.0.1/file",
    ],
)
def test_only_https_is_safe(url: str, server: Server, tmp_path: Path):
    with pytest.raises(WeightsError, match=r"is not safe to download from; expected https"):
        download(url, tmp_path / "file", "00000000")
    server.answers = [f"redirect {url}"]
    with pytest.raises(WeightsError, match=r"is not (safe|allowed)"):
        get(server, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_on_the_loopback_is_followed(server: Server, tmp_path: Path):
    server.answers = [f"redirect {server.url}/elsewhere", "whole"]
    get(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == server.content


def test_no_room_is_told_before_anything_is_written(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    usage = shutil.disk_usage(tmp_path)._replace(free=100)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(WeightsError, match=r"MB free, .* MB are needed; make room"):
        get(server, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    not sys.platform.startswith("linux"),
    reason="only Linux has /dev/full, a disk that is always full",
)
def test_a_disk_that_fills_up_is_told(server: Server, tmp_path: Path):
    (tmp_path / "file.part").symlink_to("/dev/full")
    with pytest.raises(
        WeightsError, match=r"can't be written \(No space left on device\)"
    ) as caught:
        get(server, tmp_path / "file")
    assert caught.value.__cause__.errno == errno.ENOSPC
    assert len(server.ranges) == 1


def test_a_place_that_is_no_folder_is_told(server: Server, tmp_path: Path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(WeightsError, match=r"can't be written .* set IMPASTO_HOME"):
        get(server, tmp_path / "home" / "file")
