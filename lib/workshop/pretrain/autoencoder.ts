import { stream, tf } from "../../runtime/mod.ts";
import {
  param,
  type Params,
  type VaeConfig,
  vaeDecode,
  vaeEncode,
  vaeSpecs,
} from "../../model/mod.ts";
import type { LoopConfig, Task } from "../../train/mod.ts";
import { initialParams } from "../../weights/mod.ts";
import { type Source, sourcesOf } from "./mixture.ts";
import { type Pictures, pixelsOf, randomCrop } from "./pictures.ts";

/** Recipe of the autoencoder. */
export interface AutoencoderRecipe extends LoopConfig {
  readonly learningRate: number;
  /** First so many steps see crops of half the side, which cost a quarter and learn colour as fast. */
  readonly cropSteps: number;
  readonly cropBatch: number;
  readonly batch: number;
  readonly seed: number;
}

/**
 * A start from which the autoencoder learns colour at once: the last convolution of every residual
 * block is zero, so that the network begins as its own short cuts.
 *
 * From PyTorch's default start it stays colour-blind for some 550 steps (notes in the README).
 */
export function startAutoencoder(c: VaeConfig, seed: number): Params {
  const params = initialParams(vaeSpecs(c), seed);
  for (const name of Object.keys(params)) {
    if (!/resnets\.\d+\.conv2\.weight$/.test(name)) continue;
    const old = params[name] as tf.Tensor;
    params[name] = tf.zerosLike(old);
    old.dispose();
  }
  return params;
}

/** The training task from `start`: each batch from all sources by their shares. */
export function autoencoderTask(
  c: VaeConfig,
  r: AutoencoderRecipe,
  sources: readonly Source[],
  start: Params,
): Task<{ pixels: tf.Tensor4D; noise: tf.Tensor4D }> {
  return {
    params: start,
    learningRate: () => r.learningRate,
    prepare(step, micro) {
      const early = step < r.cropSteps, n = early ? r.cropBatch : r.batch;
      const side = (sources[0] as Source).pictures.size / (early ? 2 : 1);
      const from = sourcesOf(n, sources.map(({ share }) => share));
      const s = stream(r.seed, "autoencoder", step, micro);
      const pixels = new Float32Array(n * side * side * 3);
      for (let i = 0; i < n; i++) {
        const source = (sources[from[i] as number] as Source).pictures;
        randomCrop(source, s.int(source.count), side, s, pixels, i);
      }
      const h = side / 2 ** (c.channels.length - 1), z = c.latentChannels;
      return {
        pixels: tf.tensor4d(pixels, [n, side, side, 3]),
        noise: tf.tensor4d(s.normals(n * h * h * z), [n, h, h, z]),
      };
    },
    loss(p, { pixels, noise }) {
      const { mean, logVariance } = vaeEncode(p, c, pixels);
      const latents = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise));
      const error = tf.sub(pixels, vaeDecode(p, c, latents as tf.Tensor4D)) as tf.Tensor4D;
      const meanSquare = (x: tf.Tensor) => tf.mean(tf.square(x)) as tf.Scalar;
      // Averages of 4×4 and 16×16 places: what is right on the whole should not be paid for in detail.
      const coarse = tf.add(
        meanSquare(tf.avgPool(error, 4, 4, "valid")),
        meanSquare(tf.avgPool(error, 16, 16, "valid")),
      );
      const divergence = tf.mul(
        tf.mean(tf.sub(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), 1), logVariance)),
        0.5 * c.latentChannels,
      );
      const mse = meanSquare(error);
      const total = tf.addN([
        mse,
        tf.mul(tf.mean(tf.abs(error)), 0.3) as tf.Scalar,
        coarse as tf.Scalar,
        tf.mul(divergence, 1e-6) as tf.Scalar,
      ]) as tf.Scalar;
      return { total, terms: { mse, kl: divergence as tf.Scalar } };
    },
    dispose: ({ pixels, noise }) => tf.dispose([pixels, noise]),
  };
}

/** How well pictures come back. */
export interface Reconstruction {
  /** Mean over pictures of the peak signal-to-noise ratio in dB. */
  readonly psnr: number;
  /** Mean square of the error less its mean over the colours: what is wrong in colour alone. */
  readonly chroma: number;
}

/** Measures the autoencoder on pictures, and gives what came back as pixels [n, s, s, 3]. */
export function reconstruct(
  p: Params,
  c: VaeConfig,
  pictures: Pictures,
): Reconstruction & { pixels: Float32Array } {
  const { size, count } = pictures, row = size * size * 3;
  const pixels = new Float32Array(count * row);
  let psnr = 0, chroma = 0;
  for (let at = 0; at < count; at += 32) {
    const n = Math.min(32, count - at);
    tf.tidy(() => {
      const x = tf.tensor4d(pixelsOf(pictures, at, n), [n, size, size, 3]);
      const y = tf.clipByValue(vaeDecode(p, c, vaeEncode(p, c, x).mean), -1, 1);
      const error = tf.sub(x, y);
      const squares = tf.mean(tf.square(error), [1, 2, 3]).dataSync();
      for (const square of squares) psnr += 10 * Math.log10(4 / square) / count;
      const colour = tf.mean(tf.square(tf.sub(error, tf.mean(error, 3, true))));
      chroma += (colour.dataSync()[0] as number) * n / count;
      pixels.set(y.dataSync<"float32">(), at * row);
    });
  }
  return { psnr, chroma, pixels };
}

/**
 * Brings every latent channel to mean 0 and deviation 1 on `pictures`, inside the two 1×1
 * convolutions of the published format, so that `scaling_factor` is 1. Replaces their tensors.
 */
export function normaliseLatents(p: Params, c: VaeConfig, pictures: Pictures): void {
  const z = c.latentChannels;
  const [mean, deviation] = tf.tidy(() => {
    const { size, count } = pictures;
    const parts: tf.Tensor[] = [];
    for (let at = 0; at < count; at += 64) {
      const n = Math.min(64, count - at);
      parts.push(tf.tidy(() => {
        const x = tf.tensor4d(pixelsOf(pictures, at, n), [n, size, size, 3]);
        return tf.reshape(vaeEncode(p, c, x).mean, [-1, z]);
      }));
    }
    const { mean, variance } = tf.moments(tf.concat(parts), 0);
    return [mean.dataSync<"float32">(), tf.sqrt(variance).dataSync<"float32">()];
  });
  const at = (values: ArrayLike<number>, i: number) => values[i] as number;
  const edit = (name: string, change: (values: Float32Array) => void) => {
    const old = param(p, name), values = old.dataSync<"float32">().slice();
    change(values);
    p[name] = tf.tensor(values, old.shape);
    old.dispose();
  };
  edit("quant_conv.weight", (w) => {
    for (let i = 0; i < w.length; i++) {
      const channel = i % (2 * z);
      if (channel < z) w[i] = at(w, i) / at(deviation, channel);
    }
  });
  edit("quant_conv.bias", (b) => {
    for (let i = 0; i < z; i++) {
      b[i] = (at(b, i) - at(mean, i)) / at(deviation, i);
      b[z + i] = at(b, z + i) - 2 * Math.log(at(deviation, i));
    }
  });
  const before = param(p, "post_quant_conv.weight").dataSync<"float32">().slice();
  edit("post_quant_conv.weight", (w) => {
    for (let i = 0; i < w.length; i++) w[i] = at(w, i) * at(deviation, Math.floor(i / z));
  });
  edit("post_quant_conv.bias", (b) => {
    for (let i = 0; i < z; i++) {
      for (let o = 0; o < z; o++) b[o] = at(b, o) + at(mean, i) * at(before, i * z + o);
    }
  });
}
