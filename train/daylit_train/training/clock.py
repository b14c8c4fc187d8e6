"""Time spent training, blind to pauses."""

from __future__ import annotations

import math
import signal
import threading
import time


class Clock:
    """Adds up the time of steps; one step counts at most ``cap`` seconds, so a stopped process loses nothing."""

    def __init__(self, cap: float, spent: float = 0.0) -> None:
        self.cap, self.spent, self._last = cap, spent, time.monotonic()

    def start(self) -> None:
        self._last = time.monotonic()

    def tick(self) -> None:
        now = time.monotonic()
        self.spent += min(self.cap, now - self._last)
        self._last = now


def asked_to_stop() -> threading.Event:
    """Set by SIGTERM or Ctrl-C, so that a run can end after its step and keep it. Only the main thread may listen."""
    asked = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, lambda *_: asked.set())
    return asked


def cosine(progress: float, floor: float = 0.02) -> float:
    """1 at the start, ``floor`` at the end."""
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
