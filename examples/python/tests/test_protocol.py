"""Binary messages."""

import pytest
from conftest import message

import daylit_client as daylit


def test_every_field_of_the_header() -> None:
    frame = daylit.decode(message(7, flags=2 | 4 | 8))
    assert (frame.format, frame.which, frame.sequence, frame.pts, frame.epoch) == ("rgb24", "colour", 7, -5, 3)
    assert frame.captured == 1_700_000_000.5
    assert frame.age_when_sent == 0.02
    assert (frame.width, frame.height) == (4, 2)
    assert (frame.synthesised, frame.frozen, frame.cut) == ("palette", True, True)
    assert frame.metadata == {"camera": "roof"}


def test_the_shape_of_each_format() -> None:
    rgb24 = message(1)
    shapes = {1: (2, 4), 3: (3, 4)}
    for form, shape in shapes.items():
        size = shape[0] * shape[1]
        other = rgb24[:5] + bytes([form]) + rgb24[6:-24] + bytes(size)
        assert daylit.decode(other).image.shape == shape


@pytest.mark.parametrize("length", [0, 10, 47, 60, 80])
def test_what_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(ValueError):
        daylit.decode(message(1)[:length])


def test_another_version_is_refused() -> None:
    with pytest.raises(daylit.ProtocolError):
        daylit.decode(b"DLFR\x02" + message(1)[5:])
