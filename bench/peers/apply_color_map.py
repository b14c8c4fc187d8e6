"""Paint a recording by OpenCV's applyColorMap, as scripts for thermal cameras mostly do.

    python bench/peers/apply_color_map.py FFMPEG INPUT OUTPUT ENCODING...

Reads with OpenCV, looks each grey level up, and writes through ffmpeg with the encoding
options given. Prints the milliseconds from the first byte read to the last one written.
"""

from __future__ import annotations

import subprocess
import sys
import time

import cv2


def main(ffmpeg: str, source: str, target: str, *encoding: str) -> None:
    start = time.perf_counter()
    video = cv2.VideoCapture(source)
    width = int(video.get(cv2.CAP_PROP_FRAME_WIDTH))
    height = int(video.get(cv2.CAP_PROP_FRAME_HEIGHT))
    raw = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", "25"]
    encoder = subprocess.Popen(
        [ffmpeg, "-v", "error", "-y", *raw, "-i", "pipe:0", *encoding, target],
        stdin=subprocess.PIPE,
    )
    assert encoder.stdin is not None
    while True:
        there, frame = video.read()
        if not there:
            break
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        encoder.stdin.write(cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO).data)
    encoder.stdin.close()
    encoder.wait()
    print(1000 * (time.perf_counter() - start))


main(*sys.argv[1:])
