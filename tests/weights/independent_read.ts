/** A second reading of the safetensors format, number by number, that shares no code with the first. */

/** A tensor with its numbers as plain ones. */
export interface PlainTensor {
  dtype: string;
  shape: number[];
  values: number[];
}

const sizes: Record<string, number> = {
  F64: 8,
  I64: 8,
  F32: 4,
  I32: 4,
  F16: 2,
  BF16: 2,
  U8: 1,
  BOOL: 1,
};

/** Reads the bytes of a file; throws where the ranges do not tile the numbers exactly. */
export function independentRead(file: Uint8Array<ArrayBuffer>): Map<string, PlainTensor> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.slice(8, start)));
  const tensors = new Map<string, PlainTensor>();
  const covered = new Uint8Array(file.length - start);
  for (const name of Object.keys(header)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets: [begin, end] } = header[name];
    const size = sizes[dtype as string] as number;
    let count = 1;
    for (const n of shape) count *= n;
    if (end - begin !== count * size) throw new Error(`${name}: range and shape differ`);
    const values: number[] = [];
    for (let at = begin; at < end; at++) {
      covered[at] = covered[at] as number + 1;
      if ((at - begin) % size === 0) values.push(number(view, start + at, dtype));
    }
    tensors.set(name, { dtype, shape, values });
  }
  if (covered.some((times) => times !== 1)) throw new Error("bytes are read never or twice");
  return tensors;
}

function number(view: DataView, at: number, dtype: string): number {
  switch (dtype) {
    case "F64":
      return view.getFloat64(at, true);
    case "F32":
      return view.getFloat32(at, true);
    case "I32":
      return view.getInt32(at, true);
    case "I64":
      return Number(view.getBigInt64(at, true));
    case "BF16": {
      const word = new DataView(new ArrayBuffer(4));
      word.setUint16(0, view.getUint16(at, true));
      return word.getFloat32(0);
    }
    case "F16": {
      const bits = view.getUint16(at, true), sign = bits & 0x8000 ? -1 : 1;
      const exponent = (bits >> 10) & 31, fraction = bits & 1023;
      if (exponent === 31) return fraction ? NaN : sign * Infinity;
      return sign *
        (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
    }
    default:
      return view.getUint8(at);
  }
}
