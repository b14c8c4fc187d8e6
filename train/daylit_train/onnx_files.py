"""ONNX files before and after surgery."""

from __future__ import annotations

from pathlib import Path

import onnx
import onnxruntime as ort

from .manifest import DRAWN, TOKEN_NAMES
from .quantize_graph import speed_up


class StrangeOperators(ValueError):
    """A graph holds operators that onnxruntime-node may not have."""


def fold_constants(source: Path, target: Path) -> None:
    """What onnxruntime does before anything that depends on the machine."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def finish(path: Path) -> None:
    """Standard operators only, at the versions that onnxruntime-node reads; no traces of how it was made."""
    model = onnx.load(path)
    strange = {n.domain for n in model.graph.node} - {"", "ai.onnx"}
    if strange:
        raise StrangeOperators(f"operators outside the standard: {strange}")
    version = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
    del model.opset_import[:]
    model.opset_import.append(onnx.helper.make_opsetid("", version))
    model.ir_version = min(model.ir_version, 8)
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""  # it holds source paths
    onnx.checker.check_model(model)
    onnx.save(model, path)


class NoCut(ValueError):
    """The frame graph has no place where it can be cut in two."""


def name_cut(path: Path) -> None:
    """Give the maps their name of :data:`DRAWN` where the past maps are about to be blended in, in place."""
    model = onnx.load(path)
    found = {n.input[1] for n in model.graph.node if n.op_type == "Sub" and n.input[0] == "past_maps"}
    if len(found) != 1:
        raise NoCut(f"the past maps meet {len(found)} tensors instead of one")
    (old,) = found
    for names in [names for node in model.graph.node for names in (node.input, node.output)]:
        for i, name in enumerate(names):
            if name == old:
                names[i] = DRAWN["maps"]
    onnx.checker.check_model(model)
    onnx.save(model, path)


def check_cut(path: Path) -> None:
    """What leads to :data:`DRAWN` is there, and needs the frame and the tokens alone. Raises NoCut."""
    graph = onnx.load(path).graph
    wanted = set(DRAWN.values())
    for node in reversed(graph.node):
        if wanted & set(node.output):
            wanted = wanted - set(node.output) | set(node.input)
    strange = wanted - {"", "frame", *TOKEN_NAMES} - {i.name for i in graph.initializer}
    if strange:
        raise NoCut(f"{path.name}: {', '.join(sorted(strange))} on the way to {', '.join(DRAWN.values())}")


def make_fast(path: Path) -> None:
    """The frame graph in operators that run faster on a CPU, in place. Whoever calls it compares the results."""
    fold_constants(path, path)
    onnx.save(speed_up(onnx.load(path)), path)
    finish(path)
