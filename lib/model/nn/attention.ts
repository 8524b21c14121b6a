import { after, ATTENTION, tf } from "../../runtime/mod.ts";
import { fused } from "./fused.ts";
import { withGradient } from "./gradient.ts";

/** Bytes of scores that are in memory at once; more are computed in pieces, and again for the gradient. */
const LARGEST_SCORES = 2 ** 28;

/**
 * Scaled dot-product attention in `heads` heads, softmax(QKᵀ/√d + mask)·V (Vaswani et al. 2017).
 *
 * `q`: [batch, n, heads·d], `k` and `v`: [batch, m, heads·d] → [batch, n, heads·d]. `mask` is added
 * to the scores and has shape [n, m]. Scores of more than `largest` bytes are never there as a whole
 * (Rabe & Staats 2021, arXiv 2112.05682).
 */
export function attention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  heads: number,
  mask?: tf.Tensor2D,
  largest: number = LARGEST_SCORES,
): tf.Tensor3D {
  const [batch, n, width] = q.shape, m = k.shape[1];
  const head = width / heads;
  if (!Number.isInteger(head)) {
    throw new Error(`attention: a width of ${width} cannot be divided into ${heads} heads`);
  }
  const whole = fusedAttention(q, k, v, heads, mask);
  if (whole) return whole;
  const pieces = mask === undefined
    ? Math.min(n, Math.ceil(batch * heads * n * m * 4 / largest))
    : 1;
  return tf.tidy(() => {
    const split = (x: tf.Tensor3D) => {
      const parts = tf.reshape(x, [batch, x.shape[1], heads, head]);
      return tf.reshape(
        tf.transpose(parts, [0, 2, 1, 3]),
        [batch * heads, x.shape[1], head],
      ) as tf.Tensor3D;
    };
    const queries = split(tf.mul(q, 1 / Math.sqrt(head))), keys = split(k), values = split(v);
    const mixed = pieces > 1
      ? mixedInPieces(queries, keys, values, pieces)
      : tf.matMul(weightsOf(queries, keys, mask), values);
    const parts = tf.reshape(mixed, [batch, heads, n, head]);
    return tf.reshape(tf.transpose(parts, [0, 2, 1, 3]), [batch, n, width]) as tf.Tensor3D;
  });
}

/**
 * Where one kernel for attention is faster than products of matrices: heads of at most so many numbers,
 * and at least so many heads in all pictures, for each has one thread.
 */
const SMALL_HEAD = 32, ENOUGH_HEADS = 8;

/** The same by one kernel and one for its gradient, where the backend has them: no scores are kept. */
function fusedAttention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  heads: number,
  mask: tf.Tensor2D | undefined,
): tf.Tensor3D | undefined {
  if (q.shape[2] / heads > SMALL_HEAD || q.shape[0] * heads < ENOUGH_HEADS) return undefined;
  return tf.tidy(() =>
    fused(ATTENTION, { q, k, v }, {
      attributes: { heads },
      constants: () => ({ mask: mask ?? tf.tensor1d([], "float32") }),
    })
  ) as tf.Tensor3D | undefined;
}

/** softmax(QKᵀ + mask), [b, n, m]. */
function weightsOf(q: tf.Tensor3D, k: tf.Tensor3D, mask?: tf.Tensor2D): tf.Tensor3D {
  const scores = tf.matMul(q, k, false, true);
  return tf.softmax(mask === undefined ? scores : tf.add(scores, mask)) as tf.Tensor3D;
}

/**
 * softmax(QKᵀ)·V by parts of the queries, one after the other; `q`: [b, n, d], `k`, `v`: [b, m, d].
 *
 * The gradient makes each part's weights P once more: with dP = dY·Vᵀ and dS = P∘(dP − Σ dP∘P) it is
 * dS·K for the queries, and Σ dSᵀ·Q and Σ Pᵀ·dY over the parts for keys and values.
 */
function mixedInPieces(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  pieces: number,
): tf.Tensor3D {
  const [b, n, d] = q.shape, size = Math.ceil(n / pieces);
  const starts = Array.from({ length: Math.ceil(n / size) }, (_, i) => i * size);
  const part = (x: tf.Tensor3D, from: number) =>
    tf.slice(x, [0, from, 0], [b, Math.min(size, n - from), d]);
  return withGradient([q, k, v], () => {
    const mixed: tf.Tensor3D[] = [];
    for (const from of starts) {
      const before = mixed.at(-1); // a graph would make all scores side by side
      const some = part(q, from), [now] = before ? after([some], before) : [some];
      mixed.push(tf.tidy(() => tf.matMul(weightsOf(now as tf.Tensor3D, k), v)));
    }
    return { value: tf.concat(mixed, 1), saved: [q, k, v] as const };
  }, (dy, [q, k, v]) => {
    const dq: tf.Tensor3D[] = [];
    let dk = tf.zerosLike(k), dv = tf.zerosLike(v);
    for (const from of starts) {
      const before = dq.at(-1), now = [part(q, from), part(dy as tf.Tensor3D, from)];
      const [some, dsome] = (before ? after(now, before) : now) as [tf.Tensor3D, tf.Tensor3D];
      const [dqNow, dkNow, dvNow] = tf.tidy(() => {
        const weights = weightsOf(some, k), dweights = tf.matMul(dsome, v, false, true);
        const along = tf.sum(tf.mul(dweights, weights), 2, true);
        const dscores = tf.mul(weights, tf.sub(dweights, along)) as tf.Tensor3D;
        return [
          tf.matMul(dscores, k),
          tf.add(dk, tf.matMul(dscores, some, true)),
          tf.add(dv, tf.matMul(weights, dsome, true)),
        ] as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
      });
      tf.dispose([dk, dv]);
      dq.push(dqNow);
      [dk, dv] = [dkNow, dvNow];
    }
    return [tf.concat(dq, 1), dk, dv];
  }) as tf.Tensor3D;
}

/** The mask of causal attention, [n, n]: 0 on and below the diagonal, a large negative above. */
export function causalMask(n: number): tf.Tensor2D {
  const values = new Float32Array(n * n);
  for (let i = 0; i < n; i++) values.fill(-1e9, i * n + i + 1, (i + 1) * n);
  return tf.tensor2d(values, [n, n]);
}
