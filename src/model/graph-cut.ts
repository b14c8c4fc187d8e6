import { block, fieldsOf, joined, text, type Field } from './protobuf.js';

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
const NODE = { input: 1, output: 2 } as const;
const VALUE_NAME = 1;
const TENSOR_NAME = 8;

/** A part of a graph: what leads from some of its tensors to others. */
export interface Cut {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** For each tensor of these that lies inside the whole: an input or output of the whole with its type and shape. */
  readonly like: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX model → those of a model that is a part of it, with the same numbers in it. Nodes must stand in
 * the order of their use and hold no graphs of their own, as exporters leave them.
 *
 * @throws RangeError where the bytes are no model, or a tensor of the cut is not in it
 */
export function cutGraph(model: Uint8Array, cut: Cut): Uint8Array<ArrayBuffer> {
  const around = [...fieldsOf(model)];
  const graph = around.find((field) => field.number === MODEL_GRAPH);
  if (graph === undefined) throw new RangeError('it holds no graph');
  const part = block(MODEL_GRAPH, ...partOf([...fieldsOf(graph.content)], cut));
  return joined(around.map((field) => (field === graph ? part : field.whole)));
}

/** Names in the graph, decoded once. */
interface Node {
  readonly field: Field;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function partOf(fields: readonly Field[], cut: Cut): Uint8Array[] {
  const nodes = fields.filter(({ number }) => number === GRAPH.node).map(nodeOf);
  const { kept, wanted } = leadingTo(nodes, cut);
  const rest = fields.filter(({ number, content }) => {
    if (number === GRAPH.initializer) return wanted.has(nameOf(content, TENSOR_NAME));
    // What is told of inner tensors is hints only.
    return !([GRAPH.node, GRAPH.input, GRAPH.output, GRAPH.valueInfo] as number[]).includes(number);
  });
  const told = new Map(
    fields
      .filter(({ number }) => number === GRAPH.input || number === GRAPH.output)
      .map(({ content }) => [nameOf(content, VALUE_NAME), content]),
  );
  const value = (field: number, name: string): Uint8Array => {
    const like = told.get(cut.like[name] ?? name);
    if (like === undefined) throw new RangeError(`nothing is told of ${name}`);
    const others = [...fieldsOf(like)].filter(({ number }) => number !== VALUE_NAME);
    return block(field, text(VALUE_NAME, name), ...others.map(({ whole }) => whole));
  };
  return [
    ...kept.map(({ field }) => field.whole),
    ...rest.map(({ whole }) => whole),
    ...cut.inputs.map((name) => value(GRAPH.input, name)),
    ...cut.outputs.map((name) => value(GRAPH.output, name)),
  ];
}

/** The nodes between inputs and outputs, and all tensors that they and the outputs want. */
function leadingTo(nodes: readonly Node[], cut: Cut): { kept: Node[]; wanted: Set<string> } {
  const given = new Set(cut.inputs);
  const wanted = new Set(cut.outputs);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name) && !given.has(name))) continue;
    kept.unshift(node);
    for (const name of node.inputs) wanted.add(name);
  }
  const made = new Set([...given, ...kept.flatMap(({ outputs }) => outputs)]);
  const missing = cut.outputs.find((name) => !made.has(name));
  if (missing !== undefined) throw new RangeError(`nothing in it makes ${missing}`);
  return { kept, wanted };
}

function nodeOf(field: Field): Node {
  const names = (wanted: number): string[] =>
    [...fieldsOf(field.content)].filter(({ number }) => number === wanted).map(({ content }) => decode(content));
  return { field, inputs: names(NODE.input), outputs: names(NODE.output) };
}

function nameOf(message: Uint8Array, field: number): string {
  for (const { number, content } of fieldsOf(message)) if (number === field) return decode(content);
  return '';
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
