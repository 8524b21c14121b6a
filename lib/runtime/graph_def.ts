/**
 * TensorFlow's file format for graphs, as far as a recorded graph needs it: a SavedModel of nodes
 * without variables.
 *
 * Format: tensorflow/core/protobuf/saved_model.proto and framework/{graph,node_def,attr_value}.proto.
 */

/** An attribute of an operation, as tfjs-node's binding takes it; `type` is one of the binding's. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The binding's numbers for the kinds of attributes. */
export interface AttributeTypes {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** A node: inputs are `name:output`, or `^name` for what must run before. */
export interface GraphNode {
  readonly name: string;
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly attributes: readonly Attribute[];
  /** Values of a constant. */
  readonly constant?: { type: number; shape: readonly number[]; values: ArrayBufferView };
}

/** The newest version of TensorFlow's operations that the recorded ones are written for (2.9). */
const PRODUCER = 1087;

/** The bytes of `saved_model.pb` with one graph under the tag "serve". */
export function savedModel(nodes: readonly GraphNode[], types: AttributeTypes): Uint8Array {
  const graph = new Message();
  for (const node of nodes) graph.message(1, nodeDef(node, types));
  graph.message(4, new Message().integer(1, PRODUCER));
  const meta = new Message().message(1, new Message().text(4, "serve")).message(2, graph);
  return new Message().integer(1, 1).message(2, meta).bytes();
}

function nodeDef({ name, operation, inputs, attributes, constant }: GraphNode, t: AttributeTypes) {
  const node = new Message().text(1, name).text(2, operation);
  for (const input of inputs) node.text(3, input.replace(/:0$/, ""));
  const attribute = (name: string, value: Message) =>
    node.message(5, new Message().text(1, name).message(2, value));
  for (const a of attributes) attribute(a.name, attrValue(a, t));
  if (constant) {
    const { type, shape, values } = constant;
    const raw = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
    const tensor = new Message().integer(1, type).message(2, tensorShape(shape)).raw(4, raw);
    attribute("dtype", new Message().integer(6, type));
    attribute("value", new Message().message(8, tensor));
  }
  return node;
}

function attrValue({ name, type, value }: Attribute, t: AttributeTypes): Message {
  const write = (m: Message, value: unknown): Message => {
    switch (type) {
      case t.TF_ATTR_STRING:
        return m.text(2, value as string);
      case t.TF_ATTR_INT:
        return m.integer(3, value as number);
      case t.TF_ATTR_FLOAT:
        return m.float(4, value as number);
      case t.TF_ATTR_BOOL:
        return m.integer(5, value ? 1 : 0);
      case t.TF_ATTR_TYPE:
        return m.integer(6, value as number);
      case t.TF_ATTR_SHAPE:
        return m.message(7, tensorShape(value as number[]));
      default:
        throw new Error(`attribute "${name}": kind ${type} cannot be written into a graph`);
    }
  };
  if (!Array.isArray(value) || type === t.TF_ATTR_SHAPE) return write(new Message(), value);
  const list = new Message();
  for (const one of value) write(list, one);
  return new Message().message(1, list);
}

function tensorShape(shape: readonly number[]): Message {
  const message = new Message();
  for (const size of shape) message.message(2, new Message().integer(1, size));
  return message;
}

/** A message of protocol buffers while it is written; see protobuf.dev/programming-guides/encoding. */
class Message {
  #parts: Uint8Array[] = [];
  #size = 0;

  integer(field: number, value: number): this {
    return this.#add(varint(field << 3), varint(value));
  }

  float(field: number, value: number): this {
    return this.#add(varint(field << 3 | 5), new Uint8Array(new Float32Array([value]).buffer));
  }

  text(field: number, value: string): this {
    return this.raw(field, new TextEncoder().encode(value));
  }

  raw(field: number, bytes: Uint8Array): this {
    return this.#add(varint(field << 3 | 2), varint(bytes.length), bytes);
  }

  message(field: number, message: Message): this {
    this.#add(varint(field << 3 | 2), varint(message.#size));
    for (const part of message.#parts) this.#add(part); // too many to spread
    return this;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #add(...parts: Uint8Array[]): this {
    for (const part of parts) {
      this.#parts.push(part);
      this.#size += part.length;
    }
    return this;
  }
}

/** Seven bits a byte, the lowest first; a negative number as 64 bits of two's complement. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
