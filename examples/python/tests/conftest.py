"""A server that hands out frames by credit as daylit does."""

import json
import struct
import threading
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

SIZE = (4, 2)


def message(sequence: int, flags: int = 1) -> bytes:
    """A frame whose pixels all are its sequence."""
    width, height = SIZE
    metadata = json.dumps({"camera": "roof"}).encode()
    head = b"DLFR" + bytes([1, 0, 0, flags])
    head += struct.pack(">QqqIIHHI", sequence, -5, 1_700_000_000_500_000, 3, 20_000, width, height, len(metadata))
    return head + metadata + bytes([sequence % 256]) * (width * height * 3)


class FakeServer:
    """Counts on as a camera does, and sends the newest for each credit."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.tokens: list[str | None] = []
        self.said: list[dict[str, object]] = []
        #: Frames after which it hangs up.
        self.hangs_up_after = 1000
        self.address = ""
        self._newest = 0

    def refuse(self, connection: ServerConnection, request: Request) -> Response | None:
        if "/cellar/" not in request.path:
            return None
        body = json.dumps({"error": {"code": "NOT_SERVED", "message": "camera cellar", "hint": ""}})
        return connection.respond(404, body)

    def talk(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        self.paths.append(request.path)
        self.tokens.append(request.headers.get("Authorization"))
        connection.send(json.dumps({"status": {"state": "live"}}))
        sent = 0
        try:
            for text in connection:
                said = json.loads(text)
                self.said.append(said)
                if "bad" in said:
                    connection.send(json.dumps({"error": {"code": "REQUEST_INVALID", "message": "bad"}}))
                for _ in range(said.get("credit", 0)):
                    self._newest += 3
                    connection.send(message(self._newest))
                    sent += 1
                if sent >= self.hangs_up_after:
                    return
        except ConnectionClosed:
            return


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()
    with serve(fake.talk, "127.0.0.1", 0, process_request=fake.refuse) as listening:
        host, port = listening.socket.getsockname()
        fake.address = f"http://{host}:{port}"
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield fake
        listening.shutdown()
        thread.join()
