"""Reads frames over WebSocket: in a plain ``for``, or in an ``async for``."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from websockets.asyncio.client import ClientConnection as AsyncConnection
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection as Connection
from websockets.sync.client import connect

from daylit_client.detection import Detection, message_of
from daylit_client.protocol import Frame, decode

#: Bytes of a message at most: a large frame.
MOST_BYTES = 256 * 1024 * 1024
#: Seconds between two tries to connect: the first and the longest.
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0
#: One frame, the newest, and nothing while the loop's body works.
ONE_MORE = json.dumps({"credit": 1})


class ServerError(RuntimeError):
    """The server refuses; ``code`` is one of docs/errors.md."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Frames:
    """The frames of one camera, for one ``for`` or ``async for``. Each step gets the newest frame that it has not had:
    frames that come while the loop's body works are passed over. Connects again when the connection is lost.
    """

    def __init__(self, address: str, headers: dict[str, str], reconnect: bool) -> None:
        self._address = address
        self._headers = headers
        self._reconnect = reconnect
        self._connection: Connection | None = None
        self._async_connection: AsyncConnection | None = None
        #: Where the camera stands, as the server said last.
        self.status: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Frame]:
        wait = FIRST_WAIT
        while True:
            try:
                with connect(self._address, additional_headers=self._headers, max_size=MOST_BYTES) as connection:
                    self._connection = connection
                    wait = FIRST_WAIT
                    while True:
                        connection.send(ONE_MORE)
                        while (frame := self._taken(connection.recv())) is None:
                            pass
                        yield frame
            except InvalidStatus as refusal:
                raise refused(refusal) from refusal
            except (OSError, ConnectionClosed):
                if not self._reconnect:
                    raise
            finally:
                self._connection = None
            time.sleep(wait)
            wait = min(LONGEST_WAIT, 2 * wait)

    async def __aiter__(self) -> AsyncIterator[Frame]:
        wait = FIRST_WAIT
        while True:
            try:
                async with connect_async(
                    self._address, additional_headers=self._headers, max_size=MOST_BYTES
                ) as connection:
                    self._async_connection = connection
                    wait = FIRST_WAIT
                    while True:
                        await connection.send(ONE_MORE)
                        while (frame := self._taken(await connection.recv())) is None:
                            pass
                        yield frame
            except InvalidStatus as refusal:
                raise refused(refusal) from refusal
            except (OSError, ConnectionClosed):
                if not self._reconnect:
                    raise
            finally:
                self._async_connection = None
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, 2 * wait)

    def report(self, frame: Frame, found: Iterable[Detection]) -> None:
        """Says what was found in a frame; from within the ``for`` loop."""
        if self._connection is None:
            raise RuntimeError("report() belongs inside the for loop")
        self._connection.send(message_of(frame, found))

    async def report_async(self, frame: Frame, found: Iterable[Detection]) -> None:
        """Says what was found in a frame; from within the ``async for`` loop."""
        if self._async_connection is None:
            raise RuntimeError("report_async() belongs inside the async for loop")
        await self._async_connection.send(message_of(frame, found))

    def _taken(self, message: str | bytes) -> Frame | None:
        if isinstance(message, bytes):
            return decode(message)
        said = json.loads(message)
        if "error" in said:
            raise ServerError(said["error"]["code"], said["error"]["message"])
        self.status = said.get("status", self.status)
        return None


def frames(
    camera: str,
    *,
    server: str = "http://127.0.0.1:8080",
    format: str = "rgb24",
    which: str = "colour",
    size: tuple[int, int] | None = None,
    fps: float | None = None,
    token: str | None = None,
    reconnect: bool = True,
) -> Frames:
    """The frames of one camera.

    ``format``: rgb24, gray, jpeg or nv12; ``which``: colour, thermal or both (thermal left, colour right); ``size``:
    width and height to be resized to by the server, of one half; ``fps``: frames a second at most; ``token``: as
    ``daylit token create`` printed it. Raises ``ServerError`` where the server refuses.
    """
    parts = urlsplit(server)
    query = {"format": format, "which": which}
    if size is not None:
        query["size"] = f"{size[0]}x{size[1]}"
    if fps is not None:
        query["fps"] = str(fps)
    scheme = "wss" if parts.scheme == "https" else "ws"
    address = f"{scheme}://{parts.netloc}/api/cameras/{quote(camera, safe='')}/frames?{urlencode(query)}"
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return Frames(address, headers, reconnect)


def refused(refusal: InvalidStatus) -> ServerError:
    """What the server says instead of opening the connection."""
    response = refusal.response
    try:
        error = json.loads(response.body or b"")["error"]
        return ServerError(error["code"], error["message"])
    except (ValueError, KeyError, TypeError):
        return ServerError("REQUEST_INVALID", f"HTTP {response.status_code}")
