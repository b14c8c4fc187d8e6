"""ONNX files before and after surgery."""

from __future__ import annotations

from pathlib import Path

import onnx
import onnxruntime as ort

from .manifest import DRAWN, FRAME_OUTPUTS, TOKEN_NAMES
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
    """The frame graph has no place where it can be cut in two, or the wrong things lie on its sides."""


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
    """What leads to :data:`DRAWN` needs the frame and the tokens alone, what is behind no tokens. Raises NoCut."""
    graph = onnx.load(path).graph
    drawn = set(DRAWN.values())
    before = _needed(graph, drawn, set()) - {"frame", *TOKEN_NAMES}
    behind = _needed(graph, set(FRAME_OUTPUTS), drawn) & set(TOKEN_NAMES)
    if before or behind:
        raise NoCut(f"{path.name}: {', '.join(sorted(before | behind))} on the wrong side of {', '.join(drawn)}")


def _needed(graph: onnx.GraphProto, outputs: set[str], given: set[str]) -> set[str]:
    """Inputs of the graph, and tensors that nothing makes, on the way to some outputs."""
    wanted = set(outputs)
    made: set[str] = set()
    for node in reversed(graph.node):
        if set(node.output) & (wanted - given):
            wanted.update(node.input)
            made.update(node.output)
    return wanted - made - given - {""} - {i.name for i in graph.initializer}


def make_fast(path: Path) -> None:
    """The frame graph in operators that run faster on a CPU, in place. Whoever calls it compares the results."""
    fold_constants(path, path)
    onnx.save(speed_up(onnx.load(path)), path)
    finish(path)
