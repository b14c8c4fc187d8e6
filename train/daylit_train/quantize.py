"""``quantize``: the int8 variant of a model folder's frame graph, checked against the float one."""

from __future__ import annotations

import argparse
import json
import logging
import math
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from .data.images import Bytes
from .manifest import file_entry
from .measure import picture
from .measure.colorizer import Colorizer, Feeds
from .measure.lab import chroma
from .measure.normalise import spread
from .onnx_files import check_cut, finish, fold_constants
from .quantize_graph import quantizable, speed_up
from .self_test import block_means, self_test_input

FILE = "frame-int8.onnx"
PICTURES = 64
"""Calibration pictures, evenly chosen from each folder."""
LONGEST_SIDE = 480
STATE_GAP = 0.05
"""Root mean square by which the maps may differ after three frames; they lie around 0 to 1."""
SMALLEST = 32
"""A frame this small has one cell at 1/32: what it shows is noise, only its shapes are compared."""
MEANS_OFF = 5.0
"""Grey levels that a block mean of the self-test may be off: its frame, ramp and noise, is like no training picture."""
AGREEMENT_DB, LOSS_DB, CONTRAST_SHARE = 38.0, 0.3, 0.02
"""Limits: PSNR of int8 against float, PSNR lost against the real picture, change of contrast."""
HIGHER_IS_BETTER = ("psnr", "ssim", "structure", "apce")
MEASURES = (*HIGHER_IS_BETTER, "ab_error", "chroma", "contrast")
Table = dict[str, dict[str, float]]


class LimitBroken(ValueError):
    """The int8 graph is not good enough; the folder is as it was."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="model folder; it gets frame-int8.onnx")
    parser.add_argument(
        "--calibration", type=Path, nargs="+", required=True, help="folders of thermal training pictures"
    )
    parser.add_argument("--check", type=Path, required=True, help="folder with thermal/ and visible/, not trained on")
    parser.add_argument("--limit", type=int, default=0, help="at most so many pairs to check (0: all)")
    parser.add_argument("--report", type=Path, help="write the table here as JSON")


def run(args: argparse.Namespace) -> int:
    try:
        table = quantize(args.folder, args.calibration, args.check, args.limit)
    except LimitBroken as broken:
        print(f"refused, {args.folder} is unchanged: {broken}")
        return 1
    print(markdown(table))
    size = (args.folder / FILE).stat().st_size
    print(f"{args.folder / FILE}: {size} bytes")
    if args.report:
        args.report.write_text(json.dumps(table, indent=1) + "\n")
    return 0


def quantize(folder: Path, calibration: list[Path], check: Path, limit: int = 0) -> Table:
    """Write the variant and its entry; -> what it costs, by site and protocol. Raises LimitBroken."""
    net = Colorizer(folder, threads=1)
    with tempfile.TemporaryDirectory() as scratch:
        plain, fast, small = (Path(scratch) / name for name in ("plain.onnx", "fast.onnx", FILE))
        fold_constants(folder / "frame.onnx", plain)
        model = speed_up(onnx.load(plain))
        onnx.save(model, fast)
        logging.getLogger().setLevel(logging.ERROR)  # quantize_static advises a preparation that was just made
        quantize_static(
            fast,
            small,
            Calibration(net, calibration),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["Conv", "Relu", "Add", "Concat"],
            nodes_to_quantize=quantizable(model),
        )
        finish(small)
        check_cut(small)
        off = check_contract(net, small, folder)
        table = verify(net, small, check, limit)
        (folder / FILE).write_bytes(small.read_bytes())
    enter(folder, off)
    return table


def enter(folder: Path, off: float) -> None:
    """The variant in model.json: its hash, and what its self-test may differ by (half more than it did here)."""
    path = folder / "model.json"
    told = json.loads(path.read_text())
    told["files"] = dict(sorted((told["files"] | {FILE: file_entry(folder / FILE)}).items()))
    told["graphs"]["frame"]["variants"] = {
        "int8": {"file": FILE, "tolerance": max(told["selfTest"]["tolerance"], math.ceil(1.5 * off))}
    }
    path.write_text(json.dumps(told, indent=2) + "\n")


def grey(path: Path) -> Bytes:
    """A thermal picture, 8 or 16 bit, as the graph gets it."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise SystemExit(f"{path} is not a picture")
    if image.ndim == 3:
        image = image.mean(2).astype(image.dtype)
    if image.dtype == np.uint16:
        low, high = np.percentile(image, (1, 99))
        image = np.clip((image - low) * (255 / max(1.0, high - low)), 0, 255).astype(np.uint8)
    share = min(1.0, LONGEST_SIDE / max(image.shape))
    small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return spread(np.asarray(small, np.uint8))


def colour(path: Path) -> Bytes:
    """A daylight picture."""
    image = cv2.imread(str(path))
    if image is None:
        raise SystemExit(f"{path} is not a picture")
    return np.ascontiguousarray(image[..., ::-1], np.uint8)


def pictures_in(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png", ".tif", ".tiff"))


class Calibration(CalibrationDataReader):  # type: ignore[misc]
    """Thermal pictures, by turns with their own daylight picture, another one, and none as reference."""

    def __init__(self, net: Colorizer, folders: list[Path]) -> None:
        self.net = net
        each = -(-PICTURES // len(folders))
        self.paths = [path for folder in folders for path in evenly(pictures_in(folder), each)]
        if not self.paths:
            raise SystemExit(f"no pictures in {', '.join(map(str, folders))}")
        self.daylight = [p for f in folders for p in (f.parent / "visible").glob("*.jpg") if f.name == "thermal"]
        self.at = 0

    def get_next(self) -> Feeds | None:
        if self.at == len(self.paths):
            return None
        path, turn = self.paths[self.at], self.at % 3
        own = path.parent.parent / "visible" / path.name
        other = self.daylight[self.at * 37 % len(self.daylight)] if self.daylight else own
        photo = own if turn == 0 and own.exists() else other
        self.at += 1
        return self.net.feeds(grey(path), self.net.tokens([] if turn == 2 or not photo.exists() else [colour(photo)]))


def evenly(paths: list[Path], count: int) -> list[Path]:
    return [paths[i] for i in np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int)] if paths else []


def session(path: Path) -> ort.InferenceSession:
    """On one thread of the CPU."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def verify(net: Colorizer, graph: Path, check: Path, limit: int = 0) -> Table:
    """Float and int8 on the pairs in self, scene (the next picture of the site) and none -> the table; LimitBroken."""
    small = session(graph)
    thermal = pictures_in(check / "thermal")
    if not thermal:
        raise SystemExit(f"no pictures in {check / 'thermal'}")
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for i in np.linspace(0, len(thermal) - 1, limit or len(thermal)).astype(int):
        path, site = thermal[i], thermal[i].name.split("-")[0]
        near = [p for p in (thermal[i - 1], thermal[(i + 1) % len(thermal)]) if p.name.startswith(f"{site}-")]
        daylight = {"self": path.name, "scene": (near or [path])[-1].name, "none": None}
        heat, real = grey(path), colour(check / "visible" / path.name)
        real = np.asarray(cv2.resize(real, heat.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
        for protocol, name in daylight.items():
            feeds = net.feeds(heat, net.tokens([] if name is None else [colour(check / "visible" / name)]))
            drawn = [_still(graph_session, feeds, heat) for graph_session in (net.frame, small)]
            found[f"{site}, {protocol}"].append(_compare(drawn[0], drawn[1], real, heat))
    table = {title: {k: float(np.mean([r[k] for r in rows])) for k in rows[0]} for title, rows in found.items()}
    for title, row in table.items():
        for broken, what in (
            (not row["agreement"] >= AGREEMENT_DB, f"int8 agrees with float to {row['agreement']:.1f} dB only"),
            (not row["psnr"] - row["psnr int8"] < LOSS_DB, f"{row['psnr'] - row['psnr int8']:.2f} dB are lost"),
            (
                not abs(row["contrast int8"] / row["contrast"] - 1) < CONTRAST_SHARE,
                f"contrast changes from {row['contrast']:.3f} to {row['contrast int8']:.3f}",
            ),
        ):
            if broken:
                raise LimitBroken(f"{title}: {what}")
    return table


def _still(graph: ort.InferenceSession, feeds: Feeds, heat: Bytes) -> Bytes:
    return np.ascontiguousarray(graph.run(["rgb"], feeds)[0][0, : heat.shape[0], : heat.shape[1]])


def _compare(full: Bytes, small: Bytes, real: Bytes, heat: Bytes) -> dict[str, float]:
    row = {"agreement": min(99.0, picture.psnr(small, full))}
    for suffix, out in (("", full), (" int8", small)):
        row |= {
            f"psnr{suffix}": picture.psnr(out, real),
            f"ssim{suffix}": picture.ssim(out, real),
            f"structure{suffix}": picture.structure(out, heat),
            f"apce{suffix}": picture.apce(out, heat),
            f"ab_error{suffix}": picture.ab_error(out, real),
            f"chroma{suffix}": chroma(out),
            f"contrast{suffix}": picture.contrast(out, real),
        }
    return row


def check_contract(net: Colorizer, graph: Path, folder: Path) -> float:
    """Same tensors, any size and batch, a state that follows over frames -> how far the self-test's means are off."""
    small = session(graph)
    for side in ("get_inputs", "get_outputs"):
        ours, theirs = ([(t.name, t.type, len(t.shape)) for t in getattr(s, side)()] for s in (small, net.frame))
        if ours != theirs:
            raise LimitBroken(f"its tensors are {ours}, the float graph's {theirs}")
    rng = np.random.default_rng(0)
    for batch, height, width in ((1, 32, 32), (2, 96, 224), (1, 512, 640)):
        coarse = rng.integers(0, 256, (height // 16, width // 16)).astype(np.uint8)
        feeds = net.feeds(np.asarray(cv2.resize(coarse, (width, height)), np.uint8), net.null, 0.8)
        for name in ("frame", "past_maps", "past_low"):
            feeds[name] = np.repeat(feeds[name], batch, 0)
        pasts: list[NDArray[Any]] = []
        for graph_session in (net.frame, small):
            given = dict(feeds)
            for _ in range(3):
                _, given["past_maps"], given["past_low"] = graph_session.run(["rgb", "maps", "low"], given)
                given["reset"] = np.zeros(1, np.float32)
            pasts.append(given["past_maps"])
        gap = float(np.sqrt(np.mean((pasts[0] - pasts[1]) ** 2)))
        most = STATE_GAP if min(height, width) > SMALLEST else float("inf")
        if pasts[0].shape != pasts[1].shape or not gap < most:
            raise LimitBroken(f"the state at {width}x{height}, batch {batch}, differs by {gap:.3f}")
    told = json.loads((folder / "model.json").read_text())["selfTest"]
    frame, photo, _ = self_test_input(told["seed"], told["size"]["width"], told["size"]["height"], net.side, net.side)
    offs = [0.0]
    for key, photos in (("withoutReference", []), ("withReference", [photo])):
        rgb = _still(small, net.feeds(frame, net.tokens(photos)), frame)
        offs.append(float(np.abs(np.subtract(block_means(rgb, told["columns"], told["rows"]), told[key])).max()))
    if not max(offs) <= MEANS_OFF:
        raise LimitBroken(f"the self-test's means are off by {max(offs):.1f} grey levels")
    return max(offs)


def markdown(table: Table) -> str:
    """Float -> int8, by site and protocol."""
    lines = ["| | int8 against float, dB | " + " | ".join(MEASURES) + " |", "| --- " * (len(MEASURES) + 2) + "|"]
    for title, row in table.items():
        cells = [f"{row[m]:.3f} → {row[f'{m} int8']:.3f}" for m in MEASURES]
        lines.append(f"| {title} | {row['agreement']:.1f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
