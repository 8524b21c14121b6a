import { NORM, tf } from "../../runtime/mod.ts";
import { fused, isFused } from "./fused.ts";
import { withGradient } from "./gradient.ts";
import { matrixProduct } from "./matmul.ts";
import { param, type Params } from "./params.ts";

/**
 * Group normalisation (Wu & He 2018) over height, width and the channels of a group.
 *
 * `x`: [batch, h, w, c] → same shape; `groups` divides c. The gradient is written by hand: with
 * g = dy·γ and x̂ the normalised input, dx = σ⁻¹·(g − mean(g) − x̂·mean(g·x̂)), which needs two
 * passes over the picture where automatic differentiation would take about twenty.
 */
export function groupNorm(
  p: Params,
  prefix: string,
  x: tf.Tensor4D,
  groups: number,
  eps: number,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (channels % groups !== 0) {
    throw new Error(`${prefix}: ${channels} channels cannot be divided into ${groups} groups`);
  }
  const area = height * width, size = channels / groups;
  const done = fusedNorm(p, prefix, x, { area, groups, eps });
  if (done) return done;
  // Per-channel sums stand as [batch, groups, size], statistics of a group as [batch, groups, 1].
  const sums = (x: tf.Tensor) => tf.reshape(tf.sum(x, 1), [batch, groups, size]);
  const groupMean = (x: tf.Tensor) => tf.mul(tf.sum(x, 2, true), 1 / (area * size));
  const spread = (x: tf.Tensor) => tf.reshape(x, [batch, 1, channels]);
  const perChannel = (x: tf.Tensor) => spread(tf.add(x, tf.zeros([1, 1, size])));

  return tf.tidy(() => {
    const x3 = tf.reshape(x, [batch, area, channels]);
    const gamma = tf.reshape(param(p, `${prefix}.weight`), [groups, size]);
    const beta = tf.reshape(param(p, `${prefix}.bias`), [groups, size]);
    const y = withGradient([x3, gamma, beta], () => {
      const mean = groupMean(sums(x3));
      // Not E[x²] − E[x]², which loses all digits where the mean is far from zero.
      const variance = groupMean(sums(tf.squaredDifference(x3, perChannel(mean))));
      const inverse = tf.rsqrt(tf.add(variance, eps));
      const scale = tf.mul(inverse, gamma);
      const shift = tf.sub(beta, tf.mul(mean, scale));
      const value = tf.add(tf.mul(x3, spread(scale)), spread(shift));
      return { value, saved: [x3, gamma, mean, inverse] as const };
    }, (dy, [x3, gamma, mean, inverse]) => {
      const sumDy = sums(dy);
      const sumDyNormal = tf.mul(tf.sub(sums(tf.mul(dy, x3)), tf.mul(mean, sumDy)), inverse);
      // dx = a·dy + b·x + c with coefficients per picture and channel
      const a = tf.mul(inverse, gamma);
      const b = tf.neg(tf.mul(groupMean(tf.mul(sumDyNormal, gamma)), tf.square(inverse)));
      const c = tf.neg(tf.add(tf.mul(groupMean(tf.mul(sumDy, gamma)), inverse), tf.mul(b, mean)));
      const dx = tf.add(
        tf.add(tf.mul(dy, spread(a)), tf.mul(x3, perChannel(b))),
        perChannel(c),
      );
      return [dx, tf.sum(sumDyNormal, 0), tf.sum(sumDy, 0)];
    });
    return tf.reshape(y, x.shape);
  });
}

/**
 * Layer normalisation (Ba et al. 2016) over the last axis, with a hand-written gradient.
 *
 * `x`: […, c] → same shape. Sums along a row are products with a vector, which read once and write
 * nothing of x's size: with x̂ the normalised input, dx = σ⁻¹·(dy∘γ − dy·γ/c − x̂·(dy∘x̂)·γ/c).
 */
export function layerNorm(p: Params, prefix: string, x: tf.Tensor, eps = 1e-5): tf.Tensor {
  const channels = x.shape.at(-1) as number;
  const done = fusedNorm(p, prefix, x, { area: 1, groups: 1, eps });
  if (done) return done;
  return tf.tidy(() => {
    const x2 = tf.reshape(x, [-1, channels]) as tf.Tensor2D;
    const gamma = param(p, `${prefix}.weight`), beta = param(p, `${prefix}.bias`);
    const y = withGradient([x2, gamma, beta], () => {
      const centred = tf.sub(x2, tf.mean(x2, 1, true));
      const mean = tf.fill([channels, 1], 1 / channels) as tf.Tensor2D;
      const variance = matrixProduct(tf.square(centred) as tf.Tensor2D, mean);
      const inverse = tf.rsqrt(tf.add(variance, eps));
      const normal = tf.mul(centred, inverse);
      return {
        value: tf.add(tf.mul(normal, gamma), beta),
        saved: [normal, inverse, gamma] as const,
      };
    }, (dy, [normal, inverse, gamma]) => {
      const column = tf.reshape(gamma, [channels, 1]) as tf.Tensor2D;
      const ones = tf.ones([1, x2.shape[0]]) as tf.Tensor2D;
      const sum = (x: tf.Tensor) => tf.reshape(matrixProduct(ones, x as tf.Tensor2D), [channels]);
      const share = tf.mul(inverse, -1 / channels);
      const along = (x: tf.Tensor) => tf.mul(matrixProduct(x as tf.Tensor2D, column), share);
      const both = tf.mul(dy, normal);
      const scaled = tf.mul(dy, matrixProduct(inverse as tf.Tensor2D, column, false, true));
      const dx = tf.add(scaled, tf.add(tf.mul(normal, along(both)), along(dy)));
      return [dx, sum(both), sum(dy)];
    });
    return tf.reshape(y, x.shape);
  });
}

/**
 * Normalisation of groups of neighbouring channels over `area` places by one kernel and one for its
 * gradient, where the backend has them; a row is a picture of one place.
 */
function fusedNorm<T extends tf.Tensor>(
  p: Params,
  prefix: string,
  x: T,
  o: { readonly area: number; readonly groups: number; readonly eps: number },
): T | undefined {
  if (!isFused(NORM)) return undefined;
  const channels = x.shape.at(-1) as number;
  return tf.tidy(() => {
    const pictures = tf.reshape(x, [-1, o.area, channels]);
    const [gamma, beta] = ["weight", "bias"].map((name) =>
      tf.reshape(param(p, `${prefix}.${name}`), [o.groups, channels / o.groups])
    ) as [tf.Tensor, tf.Tensor];
    const y = fused(NORM, { x: pictures, gamma, beta }, {
      attributes: { epsilon: o.eps },
      saved: ([, mean, inverse]) => ({
        x: pictures,
        gamma,
        mean: mean as tf.Tensor,
        inverse: inverse as tf.Tensor,
      }),
    });
    return tf.reshape(y as tf.Tensor, x.shape) as T;
  });
}
