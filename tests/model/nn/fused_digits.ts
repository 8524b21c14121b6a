/** Prints a hash of what the fused kernels compute: fused_test.ts compares processes with other threads. */
import { createHash } from "node:crypto";
import { geglu, gelu, silu } from "unidiff/model/nn/activation.ts";
import { attention } from "unidiff/model/nn/attention.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { groupNorm, layerNorm } from "unidiff/model/nn/norm.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";

await startBackend("tensorflow");
const draw = (name: string, shape: number[]) =>
  tf.tensor(stream(7, name).normals(shape.reduce((a, b) => a * b, 1)), shape);
const x = draw("x", [37, 18, 18, 48]) as tf.Tensor4D;
const weight = draw("weight", [48]), bias = draw("bias", [48]);
const p = { "n.weight": weight, "n.bias": bias }, factor = draw("factor", x.shape);
const hash = createHash("sha256");
for (
  const f of [
    () => groupNorm(p, "n", x, 8, 1e-5),
    () => layerNorm(p, "n", x),
    () => gelu(x),
    () => silu(x),
  ]
) {
  const { grads } = valueAndGrads(() => tf.sum(tf.mul(f(), factor)), [x, weight, bias]);
  for (const t of [f(), ...grads]) if (t) hash.update(new Uint8Array(t.dataSync().buffer));
}
const rows = (name: string) => draw(name, [19, 90, 48]) as tf.Tensor3D;
const [q, k, v, up] = [rows("q"), rows("k"), rows("v"), rows("up")];
const mixed = () => attention(q!, k!, v!, 4);
const { grads } = valueAndGrads(() => tf.sum(tf.mul(mixed(), up!)), [q!, k!, v!]);
const half = draw("half", [37, 18, 18, 24]);
const { grads: gated } = valueAndGrads(() => tf.sum(tf.mul(geglu(x), half)), [x]);
for (const t of [geglu(x), mixed(), ...gated, ...grads]) {
  hash.update(new Uint8Array(t!.dataSync().buffer));
}
console.log(hash.digest("hex"));
