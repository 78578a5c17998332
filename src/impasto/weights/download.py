"""Bring a file over the network: the only part of impasto that opens a connection.

What has arrived stays in a `.part` file, so that the next attempt goes on from there; the file gets
its name only when its SHA-256 is right.
"""

import hashlib
import http.client
import ipaddress
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from impasto.weights.table import DownloadError, WeightsError

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are here and, when the server says it, how many there will be."""


class UnreachableError(DownloadError):
    """A server that can't be reached or doesn't give the file."""


CHUNK = 1 << 20
TRANSIENT = (
    urllib.error.URLError,
    http.client.HTTPException,
    ssl.SSLError,
    ConnectionError,
    TimeoutError,
)
"""What passes if one waits: no route, a cut, silence."""


def download(
    url: str,
    path: Path,
    sha256: str,
    *,
    progress: Progress | None = None,
    attempts: int = 4,
    pause: float = 0.5,
    timeout: float = 30.0,
) -> str:
    """Fetch `url` to `path`, resuming what an earlier attempt left, and return its SHA-256.

    Args:
        url: https, or http on this machine itself.
        path: where the file goes.
        sha256: the digest, or as many of its first digits as its publisher states.
        progress: called as bytes arrive.
        attempts: give up after so many failures in a row that brought nothing new.
        pause: seconds to wait after a failure, twice as many after each further one.
        timeout: seconds of silence that count as a failure.

    Raises:
        UnreachableError: the server refuses, or stays away.
        DownloadError: it sends something else, or the disk doesn't take it.
        WeightsError: the URL is not safe to download from.
    """
    part = path.with_name(path.name + ".part")
    try:
        _transfer_patiently(url, part, progress, attempts, pause, timeout)
    except OSError as error:
        raise DownloadError(
            f"{part} can't be written ({error.strerror}); make room, or set IMPASTO_HOME to a "
            "folder that can be written to"
        ) from error
    found = _sha256(part)
    if not found.startswith(sha256):
        part.unlink()
        raise DownloadError(
            f"what {url} sent has the SHA-256 {found}, expected {sha256}...; it was deleted"
        )
    part.replace(path)
    return found


def _transfer_patiently(
    url: str,
    part: Path,
    progress: Progress | None,
    attempts: int,
    pause: float,
    timeout: float,
) -> None:
    """Try until all is there, or nothing new came in so many attempts in a row."""
    farthest, failures = _size(part), 0
    while True:
        try:
            return _transfer(url, part, progress, timeout)
        except TRANSIENT as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code < 500
            failures = 0 if _size(part) > farthest else failures + 1
            farthest = max(farthest, _size(part))
            if refused or failures == attempts:
                raise UnreachableError(f"{url} cannot be had: {_reason(error)}") from error
            time.sleep(pause * 2**failures)


def _transfer(url: str, part: Path, progress: Progress | None, timeout: float) -> None:
    """Make one attempt: go on where `part` ends, or start again if the server cannot."""
    _check_scheme(url)
    start = _size(part)
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})
    opener = urllib.request.build_opener(_SafeRedirects)
    try:
        response = opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code == 416 and start:  # nothing is left to send; the digest has the last word
            return
        raise
    with response:
        if response.headers.get_content_type() == "text/html":
            raise UnreachableError(
                f"{url} sends a web page, not weights; is there a login in between?"
            )
        if response.status != 206:
            start = 0
        length = response.headers["Content-Length"]
        total = start + int(length) if length else None
        part.parent.mkdir(parents=True, exist_ok=True)  # only now, when there is something for it
        _check_room(part, (total or 0) - start)
        with part.open("ab" if start else "wb") as file:
            done = _copy(response, file, start, total, progress)
    if total is not None and done < total:
        raise ConnectionError(f"cut off after {done:,} of {total:,} bytes")


def _copy(
    response: http.client.HTTPResponse,
    file: Any,
    done: int,
    total: int | None,
    progress: Progress | None,
) -> int:
    while chunk := response.read(CHUNK):
        file.write(chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, total)
    return done


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follow a redirect only to where a URL of ours could have pointed."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        """Refuse what is neither https nor on this machine."""
        _check_scheme(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise WeightsError(f"{url} is not safe to download from; expected https")


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _check_room(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if needed > free:
        raise DownloadError(
            f"{part.parent} has {free / 1e6:,.0f} MB free, {needed / 1e6:,.0f} MB are needed; "
            "make room, or set IMPASTO_HOME to another folder"
        )


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code} {error.reason}"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return (isinstance(cause, OSError) and cause.strerror) or str(cause)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
