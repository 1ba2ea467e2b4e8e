"""Asks a web server over kept-open connections, as fast as it answers: `python -m deploy.bench.support.http_caller`, a process of its own.

It reads one JSON object per line (port, path, count, connections, unique) and answers with one (seconds, refused, bytes). Raw sockets,
because a client library costs more than the pages it would measure.
"""

from __future__ import annotations

import json
import socket
import sys
import time

_HEAD_END = b"\r\n\r\n"
_CHUNKS_END = b"0\r\n\r\n"


class Line:
    """One connection."""

    def __init__(self, port: int, *, source: str = "127.0.0.1") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)

    def receive(self) -> bytes:
        """One whole answer, head and body."""
        answer = b""
        while (end := answer.find(_HEAD_END)) < 0:
            answer += self._part()
        head = answer[:end].lower()
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            whole = end + len(_HEAD_END) + int(head[at + 17 :].split(b"\r\n", 1)[0])
            while len(answer) < whole:
                answer += self._part()
        elif b"chunked" in head:
            while not answer.endswith(_CHUNKS_END):
                answer += self._part()
        return answer

    def _part(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        return part

    def close(self) -> None:
        self._socket.close()


def request(*, path: str, cookie: str = "", encoding: str = "gzip", form: bytes = b"") -> bytes:
    """A GET as a browser sends it, or a POST where there is a form to send."""
    method = "POST" if form else "GET"
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Accept-Encoding: {encoding}", "User-Agent: pasarsama-bench"]
    lines += ["Accept: text/html", *([f"Cookie: {cookie}"] if cookie else [])]
    if form:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + form


class Caller:
    """Numbers its requests. Each round has connections of its own, made before the clock runs: a server closes those that rest."""

    def __init__(self) -> None:
        self._asked = 0

    def round(self, *, port: int, path: str, count: int, connections: int, unique: bool) -> dict[str, float]:
        """Ask `count` times over `connections` lines; `unique` gives each address a number of its own, so that no page of it is kept."""
        lines = [Line(port) for _ in range(connections)]
        asking = [self._request(path, unique) for _ in range(count)]
        refused = size = 0
        began = time.perf_counter()
        for number in range(count + connections):
            line = lines[number % connections]
            if number >= connections:
                answer = line.receive()
                refused += not answer.startswith(b"HTTP/1.1 200")
                size += len(answer)
            if number < count:
                line.send(asking[number])
        seconds = time.perf_counter() - began
        for line in lines:
            line.close()
        return {"seconds": seconds, "refused": refused, "bytes": size}

    def _request(self, path: str, unique: bool) -> bytes:
        if not unique:
            return request(path=path)
        self._asked += 1
        return request(path=f"{path}?n={self._asked}")


def main() -> None:
    """Serve rounds until the input ends."""
    caller = Caller()
    for text in sys.stdin:
        print(json.dumps(caller.round(**json.loads(text))), flush=True)


if __name__ == "__main__":
    main()
