"""Graph surgery: the same frame graph in operators that onnxruntime's CPU kernels run faster.

Both rewrites are found by shape, not by name, and leave a graph alone in which they find nothing to rewrite. Whoever
calls them compares the result with the graph before.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

SCALE = 4
"""The maps lie at a quarter of the frame's size."""
PLACES = SCALE * SCALE
_LEVEL = np.array(1 / 255, np.float32)
MADE = "quantize/"
"""Begins the names of new nodes."""
MOST_OUTPUTS = 8
"""Of one Split: WebGPU binds ten buffers to a shader."""
NARROW = 16
"""Fewer channels are neither worth 8 bits nor safe in them."""
EXPONENT_LIMIT = 80.0
"""exp stays finite in float32, and so does a sum of a few dozen."""


@dataclass
class Surgery:
    """A graph being changed; new nodes are put in order at the end."""

    model: onnx.ModelProto
    made: int = 0

    @property
    def nodes(self) -> Any:
        return self.model.graph.node

    def maker_of(self, tensor: str) -> onnx.NodeProto | None:
        return next((n for n in self.nodes if tensor in n.output), None)

    def users_of(self, tensor: str) -> list[onnx.NodeProto]:
        return [n for n in self.nodes if tensor in n.input]

    def constant(self, value: NDArray[Any]) -> str:
        self.made += 1
        name = f"{MADE}constant_{self.made}"
        self.model.graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def add(self, operator: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        self.made += 1
        name = f"{MADE}{operator}_{self.made}"
        output = output or f"{name}_output"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name, **attributes))
        return output

    def bounds(self, first: int, end: int) -> tuple[str, str]:
        """Of a Slice."""
        return self.constant(np.array([first])), self.constant(np.array([end]))

    def reshape(self, tensor: str, *sizes: int | str, output: str | None = None) -> str:
        """Sizes are numbers (0: as it is, -1: what is left) or tensors that hold some."""
        runs = [self.constant(np.array([s])) if isinstance(s, int) else s for s in sizes]
        return self.add("Reshape", tensor, self.add("Concat", *runs, axis=0), output=output)

    def split(self, tensor: str, parts: int) -> list[str]:
        """Along the channels, evenly; in two steps where one would have more outputs than a GPU's shader binds."""
        if parts > MOST_OUTPUTS:
            groups = next((g for g in range(2, parts) if parts % g == 0 and parts // g <= MOST_OUTPUTS), parts)
            if groups < parts:
                return [part for group in self.split(tensor, groups) for part in self.split(group, parts // groups)]
        self.made += 1
        name = f"{MADE}Split_{self.made}"
        outputs = [f"{name}_output_{part}" for part in range(parts)]
        self.nodes.append(helper.make_node("Split", [tensor], outputs, name, axis=1))
        return outputs

    def finish(self) -> None:
        """Drop nodes that nothing uses any more, and sort the rest."""
        wanted = {o.name for o in self.model.graph.output}
        kept: list[onnx.NodeProto] = []
        waiting = list(self.nodes)
        known = {i.name for i in (*self.model.graph.input, *self.model.graph.initializer)} | {""}
        while waiting:
            ready = [n for n in waiting if all(i in known for i in n.input)]
            if not ready:
                raise ValueError("the graph has a circle")
            kept += ready
            known.update(o for n in ready for o in n.output)
            waiting = [n for n in waiting if n not in ready]
        useful: list[onnx.NodeProto] = []
        for node in reversed(kept):
            if wanted & set(node.output):
                useful.append(node)
                wanted.update(node.input)
        del self.nodes[:]
        self.nodes.extend(reversed(useful))
        initializers = [i for i in self.model.graph.initializer if i.name in wanted]
        del self.model.graph.initializer[:]
        self.model.graph.initializer.extend(initializers)


def speed_up(model: onnx.ModelProto) -> onnx.ModelProto:
    """All rewrites, on a copy."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    if any(node.name.startswith(MADE) for node in copy.graph.node):
        return copy  # export has done it
    surgery = Surgery(copy)
    _softmax_over_channels(surgery)
    _reduce_channels(surgery)
    _compose_by_phase(surgery)
    surgery.finish()
    return copy


def quantizable(model: onnx.ModelProto) -> list[str]:
    """Names of the nodes that bear 8 bits: convolutions that are wide on both sides, and what lies between them.

    What no resize or no convolution follows stays float: the last stage at a quarter of the frame, the colours copied
    from the reference, the maps, their temporal state and the full-scale step. It decides what noise the eye sees, and
    8 bits save nothing there (measured). A convolution whose output is resized stays float, since that resize is quick
    in floats only; the gates' convolutions over means are tiny.
    """
    surgery = Surgery(model)
    own = [n for n in surgery.nodes if not n.name.startswith(MADE)]
    users: dict[str, list[onnx.NodeProto]] = defaultdict(list)
    for node in own:
        for tensor in node.input:
            users[tensor].append(node)

    @functools.cache
    def comes_before(operator: str, tensor: str) -> bool:
        return any(n.op_type == operator or any(comes_before(operator, o) for o in n.output) for n in users[tensor])

    def bears_bytes(conv: onnx.NodeProto) -> bool:
        shape = _initializer(surgery, conv.input[1]).shape
        group = next((a.i for a in conv.attribute if a.name == "group"), 1)
        is_wide = min(shape[0], shape[1] * group) >= NARROW and not _is_of_means(surgery, conv.input[0])
        return is_wide and all(n.op_type != "Resize" for n in users[conv.output[0]])

    chosen: dict[str, str] = {}
    for node in own:
        bears = (
            node.op_type in ("Add", "Concat")
            or (node.op_type == "Conv" and bears_bytes(node))
            or (node.op_type == "Relu" and node.input[0] in chosen)
        )
        if bears and all(comes_before(operator, node.output[0]) for operator in ("Resize", "Conv")):
            chosen[node.output[0]] = node.name
    return list(chosen.values())


def _is_of_means(surgery: Surgery, tensor: str) -> bool:
    """Whether a tensor is one number a channel."""
    maker = surgery.maker_of(tensor)
    if maker is None or maker.op_type not in ("Conv", "Relu", "ReduceMean"):
        return False
    return maker.op_type == "ReduceMean" or _is_of_means(surgery, maker.input[0])


def _softmax_over_channels(surgery: Surgery) -> None:
    """Softmax over axis 1 of a picture is transposed there and back by onnxruntime; exp, sum and divide are not."""
    for node in list(surgery.nodes):
        axis = next((a.i for a in node.attribute if a.name == "axis"), -1)
        conv = surgery.maker_of(node.input[0]) if node.op_type == "Softmax" and axis == 1 else None
        if conv is None or conv.op_type != "Conv":
            continue
        channels = len(_initializer(surgery, conv.input[1]))
        surgery.nodes.remove(node)
        low, high = (surgery.constant(np.array(s * EXPONENT_LIMIT, np.float32)) for s in (-1, 1))
        grown = surgery.add("Exp", surgery.add("Clip", node.input[0], low, high))
        ones = surgery.constant(np.ones((1, channels, 1, 1), np.float32))
        surgery.add("Div", grown, surgery.add("Conv", grown, ones), output=node.output[0])


def _reduce_channels(surgery: Surgery) -> None:
    """Mean and maximum over channels: a product and a tree of maxima are vectorised, a reduction over axis 1 is not."""
    for node in list(surgery.nodes):
        told = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        source = node.input[0]
        channels = _channels_of(surgery, source)
        if node.op_type not in ("ReduceMean", "ReduceMax") or told != {"axes": [1], "keepdims": 1} or channels % 8:
            continue
        surgery.nodes.remove(node)
        if node.op_type == "ReduceMean":
            _mean_of_channels(surgery, source, channels, 1 / channels, node.output[0])
        else:
            tensor = source
            for parts, output in ((8, None), (channels // 8, node.output[0])):
                tensor = surgery.add("Max", *surgery.split(tensor, parts), output=output)


def _mean_of_channels(surgery: Surgery, tensor: str, channels: int, factor: float, output: str) -> None:
    weights = surgery.constant(np.full((1, channels), factor, np.float32))
    mean = surgery.add("MatMul", weights, surgery.reshape(tensor, 0, channels, -1))
    size = surgery.add("Slice", surgery.add("Shape", tensor), *surgery.bounds(2, 4))
    surgery.reshape(mean, 0, 1, size, output=output)


def _channels_of(surgery: Surgery, tensor: str) -> int:
    """Of what a gate was multiplied with: as many as the gate's convolution has; 0 if it comes from elsewhere."""
    product = surgery.maker_of(tensor)
    for name in product.input if product is not None and product.op_type == "Mul" else []:
        gate = surgery.maker_of(name)
        for _ in range(2):
            if gate is not None and gate.op_type in ("Mul", "Sigmoid"):
                gate = next((m for m in map(surgery.maker_of, gate.input) if m is not None), None)
        if gate is not None and gate.op_type == "Conv":
            return len(_initializer(surgery, gate.input[1]))
    return 0


def _compose_by_phase(surgery: Surgery) -> None:
    """The full-scale step, at quarter scale with a channel for each of the 4 x 4 places in a cell.

    A bilinear resize by 4 is, at each of the 16 places, a fixed 3 x 3 filter of the maps. All that is left at full
    scale is to put bytes in another order.
    """
    resize = _last_resize(surgery)
    frame = "frame"
    if resize is None:
        return
    edges = surgery.constant(np.array([0, 0, 1, 1, 0, 0, 1, 1]))
    padded = surgery.add("Pad", resize.input[0], edges, mode="edge")
    channels = surgery.constant(np.array([1]))
    parts = [surgery.add("Slice", padded, *surgery.bounds(first, first + 3), channels) for first in (0, 3)]
    filters = phase_filters()
    half = surgery.constant(np.full(PLACES * 3, 0.5, np.float32))
    gain = surgery.add("Conv", parts[0], surgery.constant(filters * _LEVEL))
    offset = surgery.add("Conv", parts[1], surgery.constant(filters), half)
    shape, four = surgery.add("Shape", frame), surgery.constant(np.array([SCALE]))
    height, width = (surgery.add("Div", surgery.add("Slice", shape, *surgery.bounds(a, a + 1)), four) for a in (1, 2))
    # Moves of one axis at a time: onnxruntime copies those in blocks.
    rows = surgery.add("Transpose", surgery.reshape(frame, 0, height, SCALE, -1), perm=[0, 2, 1, 3])
    places = surgery.add("Transpose", surgery.reshape(rows, 0, SCALE, -1, SCALE), perm=[0, 1, 3, 2])
    levels = surgery.add("Cast", surgery.reshape(places, 0, PLACES, height, width), to=onnx.TensorProto.FLOAT)
    for pool in [n for n in surgery.nodes if n.op_type == "AveragePool" and _is_by_four(n)]:
        surgery.nodes.remove(pool)
        _mean_of_channels(surgery, levels, PLACES, float(_LEVEL) / PLACES, pool.output[0])
    thermal = surgery.reshape(levels, 0, PLACES, 1, height, width)
    lit = surgery.add("Mul", surgery.reshape(gain, 0, PLACES, 3, height, width), thermal)
    drawn = surgery.add("Add", lit, surgery.reshape(offset, 0, PLACES, 3, height, width))
    floor, ceiling = (surgery.constant(np.array(v, np.float32)) for v in (0, 255))
    picture = surgery.add("Cast", surgery.add("Clip", drawn, floor, ceiling), to=onnx.TensorProto.UINT8)
    cells = surgery.add("Transpose", surgery.reshape(picture, 0, SCALE, SCALE * 3, -1), perm=[0, 1, 3, 2])
    lines = surgery.add("Transpose", surgery.reshape(cells, 0, SCALE, height, -1), perm=[0, 2, 1, 3])
    size = surgery.add("Slice", shape, *surgery.bounds(0, 3))
    old = surgery.maker_of("rgb")
    assert old is not None
    surgery.nodes.remove(old)
    whole = surgery.add("Concat", size, surgery.constant(np.array([3])), axis=0)
    surgery.add("Reshape", lines, whole, output="rgb")


def phase_filters() -> NDArray[np.float32]:
    """[48,3,3,3]: output channel (row * 4 + column) * 3 + colour is that colour, resized, at that place in a cell."""
    shares = np.array([[0.375, 0.625, 0], [0.125, 0.875, 0], [0, 0.875, 0.125], [0, 0.625, 0.375]], np.float32)
    filters = np.zeros((SCALE, SCALE, 3, 3, 3, 3), np.float32)
    for colour in range(3):
        filters[:, :, colour, colour] = np.einsum("iy,jx->ijyx", shares, shares)
    return filters.reshape(-1, 3, 3, 3)


def _initializer(surgery: Surgery, name: str) -> NDArray[Any]:
    return numpy_helper.to_array(next(i for i in surgery.model.graph.initializer if i.name == name))


def _is_by_four(pool: onnx.NodeProto) -> bool:
    """The thermal low-pass."""
    told = {a.name: helper.get_attribute_value(a) for a in pool.attribute}
    return told["kernel_shape"] == told["strides"] == [SCALE, SCALE]


def _last_resize(surgery: Surgery) -> onnx.NodeProto | None:
    """The resize next to the picture, going back from it."""
    front = ["rgb"]
    while front:
        makers = [m for m in map(surgery.maker_of, front) if m is not None]
        found = next((m for m in makers if m.op_type == "Resize"), None)
        if found is not None:
            return found
        front = [name for m in makers for name in m.input]
    return None
