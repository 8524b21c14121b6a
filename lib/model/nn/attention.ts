import { tf } from "../../runtime/mod.ts";

/**
 * Scaled dot-product attention in `heads` heads, softmax(QKᵀ/√d + mask)·V (Vaswani et al. 2017).
 *
 * `q`: [batch, n, heads·d], `k` and `v`: [batch, m, heads·d] → [batch, n, heads·d]. `mask` is added
 * to the scores and has shape [n, m].
 */
export function attention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  heads: number,
  mask?: tf.Tensor2D,
): tf.Tensor3D {
  const [batch, n, width] = q.shape;
  const head = width / heads;
  if (!Number.isInteger(head)) {
    throw new Error(`attention: a width of ${width} cannot be divided into ${heads} heads`);
  }
  return tf.tidy(() => {
    const split = (x: tf.Tensor3D) => {
      const parts = tf.reshape(x, [batch, x.shape[1], heads, head]);
      return tf.reshape(tf.transpose(parts, [0, 2, 1, 3]), [batch * heads, x.shape[1], head]);
    };
    const scores = tf.matMul(split(tf.mul(q, 1 / Math.sqrt(head))), split(k), false, true);
    const weights = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
    const mixed = tf.reshape(tf.matMul(weights, split(v)), [batch, heads, n, head]);
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, n, width]) as tf.Tensor3D;
  });
}

/** The mask of causal attention, [n, n]: 0 on and below the diagonal, a large negative above. */
export function causalMask(n: number): tf.Tensor2D {
  const values = new Float32Array(n * n);
  for (let i = 0; i < n; i++) values.fill(-1e9, i * n + i + 1, (i + 1) * n);
  return tf.tensor2d(values, [n, n]);
}
