/** Files of tensors in another number type, names and shapes unchanged. */
import { exists } from "../runtime/mod.ts";
import { oneFile } from "./tensor_files.ts";
import { SafetensorsFile, type TensorEntry, writeSafetensors } from "./safetensors.ts";

/**
 * Writes the tensors of one file to another, floating-point ones as `dtype`, tensor by tensor.
 *
 * Whole numbers stay as they are. Throws where `to` exists and on a number too large for F16.
 */
export async function convertFile(from: string, to: string, dtype: "F32" | "F16"): Promise<void> {
  if (await exists(to)) {
    throw new Error(`${to} exists; nothing is overwritten: name another file or delete it`);
  }
  using file = await SafetensorsFile.open(oneFile(from).files[0] as string);
  const entries: TensorEntry[] = [];
  for (const [name, info] of file.header.tensors) {
    const float = /F\d+$/.test(info.dtype);
    const data = float
      ? async () => Float32Array.from((await file.read(name)).data)
      : (await file.read(name)).data;
    entries.push({ name, shape: info.shape, data });
  }
  await writeSafetensors(to, entries, { dtype, metadata: file.header.metadata });
}
