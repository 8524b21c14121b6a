import { GEGLU, GELU, SWISH, tf } from "../../runtime/mod.ts";
import { fused, isFused } from "./fused.ts";
import { withGradient } from "./gradient.ts";

/** The activations of the published models. */
export type Activation = "quick_gelu" | "gelu" | "silu";

/** x·σ(βx) with a hand-written gradient: σ(βx)·(1 + βx·(1 − σ(βx))). */
function swish(x: tf.Tensor, beta: number): tf.Tensor {
  return fused(SWISH, { x }, { attributes: { beta } }) ?? withGradient([x], () => {
    const gate = tf.sigmoid(beta === 1 ? x : tf.mul(x, beta));
    return { value: tf.mul(x, gate), saved: [x, gate] as const };
  }, (dy, [x, gate]) => {
    const scaled = tf.mul(beta === 1 ? x : tf.mul(x, beta), gate);
    return [tf.mul(dy, tf.add(gate, tf.sub(scaled, tf.mul(scaled, gate))))];
  });
}

/** SiLU, x·σ(x). */
export const silu = (x: tf.Tensor): tf.Tensor => swish(x, 1);

/** CLIP's quick GELU, x·σ(1.702x). */
export const quickGelu = (x: tf.Tensor): tf.Tensor => swish(x, 1.702);

/** Exact GELU, x·Φ(x) = x/2·(1 + erf(x/√2)); gradient Φ(x) + x·φ(x). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return fused(GELU, { x }) ?? withGradient([x], () => {
    const phi = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
    return { value: tf.mul(x, phi), saved: [x, phi] as const };
  }, (dy, [x, phi]) => {
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [tf.mul(dy, tf.add(phi, tf.mul(x, density)))];
  });
}

/**
 * Gated GELU of values and gates side by side, v·gelu(g): […, 2·width] → […, width].
 *
 * Source: Shazeer 2020, arXiv 2002.05202 (GEGLU); diffusers, models/activations.py.
 */
export function geglu(x: tf.Tensor): tf.Tensor {
  const twice = x.shape.at(-1) as number;
  return tf.tidy(() => {
    const rows = isFused(GEGLU) && fused(GEGLU, { x: tf.reshape(x, [-1, twice]) });
    if (rows) return tf.reshape(rows, [...x.shape.slice(0, -1), twice / 2]);
    const [value, gate] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
    return tf.mul(value, gelu(gate));
  });
}

/** The activation of a configuration's `hidden_act` or `act_fn`; throws on an unknown name. */
export function activation(name: string): (x: tf.Tensor) => tf.Tensor {
  switch (name) {
    case "quick_gelu":
      return quickGelu;
    case "gelu":
      return gelu;
    case "silu":
      return silu;
    default:
      throw new Error(`activation "${name}" is not supported; expected quick_gelu, gelu or silu`);
  }
}
