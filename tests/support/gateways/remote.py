"""The gateway of tests for web servers in processes of their own: it stays with the test, and they ask it over HTTP."""

from __future__ import annotations

import http.client
import http.server
import os
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from settlement.bank.gateways.gateway_interface import Channel, Terms
from tests.support.gateways.stateful import NAME, StatefulGateway

ADDRESS = "PASARSAMA_TEST_GATEWAY"  # host:port of the test that runs
MAKER = f"{NAME}={__name__}.make"


class RemoteGateway:
    """settlement.bank.gateways.gateway_interface.Gateway: every verb is asked of the one that the test holds."""

    name = NAME
    rail = None

    def __init__(self) -> None:
        self.terms = dict.fromkeys(Channel, Terms())

    def __getattr__(self, verb: str) -> Any:
        def ask(*values: Any, **named: Any) -> Any:
            line = http.client.HTTPConnection(os.environ[ADDRESS], timeout=10)
            try:
                line.request("POST", f"/{verb}", pickle.dumps((values, named)))
                answer = pickle.loads(line.getresponse().read())  # noqa: S301 - from the test itself
            finally:
                line.close()
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ask


def make() -> RemoteGateway:
    """What the setting of the web server names."""
    return RemoteGateway()


@contextmanager
def served(gateway: StatefulGateway) -> Iterator[dict[str, str]]:
    """Answer for this gateway; gives the environment by which a web server works with it."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            values, named = pickle.loads(asked)  # noqa: S301 - from a web server of the test
            try:
                answer = getattr(gateway, self.path.removeprefix("/"))(*values, **named)
            except Exception as error:  # the adapter raises it there
                answer = error
            self.send_response(200)
            self.end_headers()
            self.wfile.write(pickle.dumps(answer))

        def log_message(self, *_said: object) -> None:
            """Nothing is written down."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield {"PASARSAMA_PAYMENT_GATEWAYS": MAKER, ADDRESS: f"127.0.0.1:{server.server_port}"}
        finally:
            server.shutdown()
            thread.join()
