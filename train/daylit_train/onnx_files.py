"""ONNX files before and after surgery."""

from __future__ import annotations

from pathlib import Path

import onnx
import onnxruntime as ort

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


def make_fast(path: Path) -> None:
    """The frame graph in operators that run faster on a CPU, in place. Whoever calls it compares the results."""
    fold_constants(path, path)
    onnx.save(speed_up(onnx.load(path)), path)
    finish(path)
