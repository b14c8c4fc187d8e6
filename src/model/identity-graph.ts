import { block, joined, number, text } from './protobuf.js';

/** Versions of the file format and the operators: those that every onnxruntime of the last years reads. */
const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;

/**
 * The bytes of an ONNX model that hands its input `x` (float32, any shape) on as `y`; field numbers are those of
 * onnx.proto.
 */
export function identityGraph(): Uint8Array {
  const node = block(1, text(1, 'x'), text(2, 'y'), text(4, 'Identity'));
  const graph = block(7, node, text(2, 'identity'), valueInfo(11, 'x'), valueInfo(12, 'y'));
  return joined([number(1, IR_VERSION), block(8, text(1, ''), number(2, OPSET)), graph]);
}

/** A float32 tensor of unknown rank. */
function valueInfo(field: number, name: string): Uint8Array {
  return block(field, text(1, name), block(2, block(1, number(1, FLOAT))));
}
