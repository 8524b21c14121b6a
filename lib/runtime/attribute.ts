/**
 * Attributes of operations: as tfjs-node's binding takes them, and as a graph does.
 *
 * Format: tensorflow/core/framework/{attr_value,tensor,tensor_shape}.proto.
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

/** The bytes of an AttrValue; throws on a kind that it does not know. */
export function attrValue(attribute: Attribute, types: AttributeTypes): Uint8Array {
  return message(attribute, types).bytes();
}

/** The bytes of an AttrValue that holds a type. */
export function typeValue(type: number): Uint8Array {
  return new Message().integer(6, type).bytes();
}

/** The bytes of an AttrValue that holds a shape. */
export function shapeValue(shape: readonly number[]): Uint8Array {
  return new Message().message(7, tensorShape(shape)).bytes();
}

/** The bytes of an AttrValue that holds a tensor, as a constant has it. */
export function tensorValue(
  type: number,
  shape: readonly number[],
  values: ArrayBufferView,
): Uint8Array {
  const raw = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  const tensor = new Message().integer(1, type).message(2, tensorShape(shape)).raw(4, raw);
  return new Message().message(8, tensor).bytes();
}

function message({ name, type, value }: Attribute, t: AttributeTypes): Message {
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
