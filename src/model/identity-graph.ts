/** Versions of the file format and the operators: those that every onnxruntime of the last years reads. */
const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;

/**
 * The bytes of an ONNX model that hands its input `x` (float32, any shape) on as `y`, in protocol buffers by hand: field
 * numbers are those of onnx.proto.
 */
export function identityGraph(): Uint8Array {
  const node = [...text(1, 'x'), ...text(2, 'y'), ...text(4, 'Identity')];
  const graph = [...block(1, node), ...text(2, 'identity'), ...valueInfo(11, 'x'), ...valueInfo(12, 'y')];
  const opset = [...text(1, ''), ...number(2, OPSET)];
  return Uint8Array.from([...number(1, IR_VERSION), ...block(8, opset), ...block(7, graph)]);
}

/** A float32 tensor of unknown rank. */
function valueInfo(field: number, name: string): number[] {
  return block(field, [...text(1, name), ...block(2, block(1, number(1, FLOAT)))]);
}

function number(field: number, value: number): number[] {
  return [field << 3, value];
}

/** All that is written here is shorter than 128 bytes, so that lengths take one byte. */
function block(field: number, bytes: readonly number[]): number[] {
  return [(field << 3) | 2, bytes.length, ...bytes];
}

function text(field: number, value: string): number[] {
  return block(field, [...Buffer.from(value)]);
}
