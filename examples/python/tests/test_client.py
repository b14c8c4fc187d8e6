"""Frames in loops, and detections back."""

import asyncio
from itertools import islice

import numpy as np
import pytest
from conftest import FakeServer

import daylit_client as daylit


def test_a_loop_gets_a_frame_for_each_credit(server: FakeServer) -> None:
    frames = daylit.frames("roof", server=server.address, size=(4, 2), fps=5, token="secret")
    got = list(islice(frames, 3))
    assert [frame.sequence for frame in got] == [3, 6, 9]
    assert server.said == [{"credit": 1}] * 3
    assert server.paths == ["/api/cameras/roof/frames?format=rgb24&which=colour&size=4x2&fps=5"]
    assert server.tokens == ["Bearer secret"]
    assert frames.status == {"state": "live"}
    image = got[1].image
    assert image.shape == (2, 4, 3)
    assert np.all(image == 6)


def test_an_async_loop_does_alike(server: FakeServer) -> None:
    async def three() -> list[int]:
        sequences = []
        async for frame in daylit.frames("roof", server=server.address):
            sequences.append(frame.sequence)
            if len(sequences) == 3:
                break
        return sequences

    assert asyncio.run(three()) == [3, 6, 9]


def test_detections_go_back_on_the_same_connection(server: FakeServer) -> None:
    frames = daylit.frames("roof", server=server.address)
    for frame in islice(frames, 2):
        frames.report(frame, [daylit.Detection("car", 0.5, (0.1, 0.2, 0.3, 0.4))])
    found = [said for said in server.said if "detections" in said]
    car = {"label": "car", "score": 0.5, "box": [0.1, 0.2, 0.3, 0.4]}
    assert found[0] == {"sequence": 3, "pts": -5, "detections": [car]}


def test_a_lost_connection_is_made_again(server: FakeServer) -> None:
    server.hangs_up_after = 2
    assert [frame.sequence for frame in islice(daylit.frames("roof", server=server.address), 4)] == [3, 6, 9, 12]
    assert len(server.paths) == 2


def test_a_refusal_is_an_error_with_its_code(server: FakeServer) -> None:
    with pytest.raises(daylit.ServerError) as refusal:
        next(iter(daylit.frames("cellar", server=server.address)))
    assert refusal.value.code == "NOT_SERVED"
