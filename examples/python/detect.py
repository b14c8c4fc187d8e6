"""Finds persons and vehicles in a camera's frames and says so to daylit, which draws them on its page.

python detect.py street --model detector.onnx
"""

import argparse
import json
import time
import urllib.request
from pathlib import Path

import numpy as np

import daylit_client as daylit
from nanodet import NanoDet, wanted_size


def camera_size(server: str, camera: str, token: str | None) -> tuple[int, int]:
    """Of the camera's pictures."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{server}/api/cameras/{camera}", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        size = json.load(answer)["size"]
    return size["width"], size["height"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("camera", help="its id, as /api/cameras lists it")
    parser.add_argument("--model", type=Path, required=True, help="NanoDet-m as ONNX")
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--token", help="as `daylit token create --role operate` printed it")
    parser.add_argument("--which", choices=("colour", "thermal"), default="colour")
    parser.add_argument("--score", type=float, default=0.4, help="least score that is told")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--frames", type=int, help="stop after this many")
    parser.add_argument("--delay", type=float, default=0, help="seconds of more work a frame, to play a slow detector")
    options = parser.parse_args()

    network = NanoDet(options.model, options.threads)
    size = wanted_size(*camera_size(options.server, options.camera, options.token))
    frames = daylit.frames(options.camera, server=options.server, token=options.token, which=options.which, size=size)
    ages, passed, last = [], 0, None
    for count, frame in enumerate(frames, 1):
        ages.append(frame.age)
        passed += 0 if last is None else frame.sequence - last - 1
        last = frame.sequence
        start = time.perf_counter()
        found = network.find(frame.image, options.score)
        time.sleep(options.delay)
        took = time.perf_counter() - start
        frames.report(frame, found)
        names = ", ".join(f"{one.label} {one.score:.2f}" for one in found) or "nothing"
        print(
            f"frame {frame.sequence}: {1000 * ages[-1]:.0f} ms old, {1000 * took:.0f} ms of work: {names}", flush=True
        )
        if count == options.frames:
            break
    p50, p95 = 1000 * np.percentile(ages, [50, 95])
    print(
        f"{len(ages)} frames, {passed} passed over; age when got: p50 {p50:.0f} ms, p95 {p95:.0f} ms, "
        f"max {1000 * max(ages):.0f} ms"
    )


if __name__ == "__main__":
    main()
