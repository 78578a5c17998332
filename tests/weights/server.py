"""A web server on the loopback that behaves as badly as it is told, request by request."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast


class Server:
    """Answers each request with the next of `answers`; the last one stays.

    An answer is "whole" (knows Range), "no range" (sends everything whatever is asked), "cut"
    (promises everything and stops half-way), "html", "hang", "redirect URL" or a status like "404".
    `ranges` are the Range headers that came, `content` is what it has.
    """

    def __init__(self) -> None:
        self.content = bytes(range(256)) * 40
        self.answers = ["whole"]
        self.ranges: list[str | None] = []
        self.released = threading.Event()

    def __enter__(self) -> "Server":
        self._http = _Listener(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.released.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def next_answer(self) -> str:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = self.headers["Range"]
        self.script.ranges.append(asked)
        answer, *target = self.script.next_answer().split()
        if answer == "hang":
            self.script.released.wait(20)
        elif answer == "redirect":
            self.respond(302, b"", {"Location": target[0]})
        elif answer == "html":
            self.respond(200, b"<html>Log in, please.</html>", {"Content-Type": "text/html"})
        elif answer.isdigit():
            self.respond(int(answer), b"")
        else:
            self.send_content(asked if answer != "no" else None, cut=answer == "cut")

    @property
    def script(self) -> Server:
        return cast(_Listener, self.server).script

    def send_content(self, asked: str | None, *, cut: bool) -> None:
        content = self.script.content
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if asked and start >= len(content):
            self.respond(416, b"")
            return
        rest = content[start:]
        headers = {"Content-Length": str(len(rest))}
        if asked:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self.respond(206 if asked else 200, rest[: len(rest) // 2] if cut else rest, headers)

    def respond(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Listener(ThreadingHTTPServer):
    def __init__(self, script: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
