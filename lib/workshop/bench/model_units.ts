/** Forward pass, training step, drawing and optimiser of a whole model with random weights. */
import {
  addNoise,
  clipPixels,
  clipSpecs,
  guided,
  imageEmbedding,
  latentShape,
  makeSchedule,
  type ModelConfig,
  noisePredictor,
  type Params,
  samplerOf,
  textEmbedding,
  textTower,
  towerOf,
  unet,
  unetSpecs,
  visionTower,
} from "../../model/mod.ts";
import { isLoss, itcLoss, rscLoss, totalLoss } from "../../losses/mod.ts";
import { stream, tf } from "../../runtime/mod.ts";
import { presets, repeatedParams } from "../../study/mod.ts";
import {
  AdamW,
  defaultOptimizer,
  disposeBatch,
  groupParameters,
  type JointBatch,
  jointLoss,
  read,
  TrainStep,
} from "../../train/mod.ts";
import { type BenchModel, benchModels } from "./sizes.ts";
import type { Unit } from "./unit.ts";

const normals = (name: string, shape: number[]) =>
  tf.tensor(stream(0, "bench", name).normals(shape.reduce((a, b) => a * b, 1)), shape);

/** A batch of noise in a model's sizes: captions of some 20 tokens, a time step for each picture. */
export function benchBatch(c: ModelConfig, n: number): JointBatch {
  const { contextLength: length, endOfText } = c.clip.text, side = c.clip.vision.imageSize;
  const shape = [n, ...latentShape(c)];
  const words = Math.min(endOfText, 2040);
  return {
    pixels: normals("pixels", [n, side, side, 3]) as tf.Tensor4D,
    latents: normals("latents", shape) as tf.Tensor4D,
    tokens: {
      ids: Int32Array.from(
        { length: (n + 1) * length },
        (_, i) => i % length >= 20 ? endOfText : 1 + (i * 7919) % words,
      ),
      count: n + 1,
    },
    targets: tf.eye(n),
    dropped: tf.zeros([n, 1, 1]),
    noise: normals("noise", shape) as tf.Tensor4D,
    timesteps: Int32Array.from({ length: n }, (_, i) => (i * 31) % 1000),
    rscNoise: normals("rsc noise", shape) as tf.Tensor4D,
    rscTimesteps: Int32Array.from({ length: n }, (_, i) => 50 + (i * 7) % 250),
    names: [],
  };
}

/** The loss of the reference: RSC's feature comes from the same pass as the noise. */
function referenceLoss(p: Params, c: ModelConfig, b: JointBatch) {
  const n = b.pixels.shape[0], { length } = b.timesteps;
  const ids = b.tokens.ids.subarray(0, n * c.clip.text.contextLength);
  const schedule = makeSchedule(c.schedule);
  const text = textTower(p, c.clip.text, { ids, count: length });
  const image = imageEmbedding(p, visionTower(p, c.clip.vision, clipPixels(b.pixels)).pooled);
  const itc = itcLoss(image, textEmbedding(p, text.pooled), p.logit_scale as tf.Scalar, b.targets);
  const { timesteps } = b, latents = addNoise(schedule, b.latents, b.noise, timesteps);
  const { noise, middle } = unet(p, c.unet, { latents, timesteps, states: text.states });
  const is = isLoss(noise, b.noise);
  const feature = tf.mean(middle, [1, 2]) as tf.Tensor2D;
  const rsc = rscLoss(image, feature, { temperature: 0.1, direction: "both" });
  const terms = { itc, is, rsc };
  return { total: totalLoss(terms, { itc: 1, is: 1, rsc: 0.1, direction: "both" }), terms };
}

/**
 * A whole training step of the loop: gradients, clipping and AdamW, losses read back; with gradient
 * checkpointing where the preset has it, unless `checkpoints` is false.
 */
export function stepOf(model: BenchModel, batch: number, checkpoints = true): Unit {
  const config: ModelConfig = benchModels[model];
  const params = repeatedParams({ ...clipSpecs(config.clip), ...unetSpecs(config.unet) }, 0);
  const preset = presets[model === "sd15" ? "sd15" : "mini"],
    schedule = makeSchedule(config.schedule);
  const weights = { itc: 1, is: 1, rsc: 1, direction: "both" } as const;
  // Drawn before, as the loop has it from a thread of its own while the step before runs.
  const inputs = benchBatch(config, batch);
  const step = new TrainStep(
    {
      params,
      learningRate: rateOf,
      prepare: () => inputs,
      loss: (p, b) =>
        model === "reference"
          ? referenceLoss(p, config, b)
          : jointLoss(p, config, schedule, weights, preset.train.rsc, b),
    },
    {
      ...preset.train,
      ...defaultOptimizer,
      gradientCheckpointing: checkpoints && preset.train.gradientCheckpointing === true,
    },
  );
  tf.dispose(params);
  return {
    async run() {
      const terms = await step.gradients(0), norm = step.update(1);
      const values = await read(terms);
      await norm.data();
      norm.dispose();
      return values;
    },
    dispose() {
      step.dispose();
      disposeBatch(inputs);
    },
  };
}

/** CLIP and the UNet have rates of their own, and so are groups of their own to an optimiser. */
const rateOf = (name: string) => towerOf(name) === "unet" ? 1e-4 : 1e-5;

/** One prediction of the UNet for a batch. */
export function forwardOf(config: ModelConfig, batch: number): Unit {
  const params = repeatedParams(unetSpecs(config.unet), 0);
  const b = benchBatch(config, batch), words = config.clip.text.contextLength;
  const states = normals("states", [batch, words, config.unet.crossAttention]) as tf.Tensor3D;
  const predict = noisePredictor(params, config.unet);
  return {
    async run() {
      const noise = predict({ latents: b.latents, timesteps: b.timesteps as Int32Array, states });
      await noise.data();
      noise.dispose();
    },
    dispose() {
      disposeBatch(b);
      tf.dispose([states, params]);
    },
  };
}

/** 20 steps of DDIM with guidance for some pictures, without text tower and decoder. */
export function ddimOf(config: ModelConfig, pictures: number): Unit {
  const params = repeatedParams(unetSpecs(config.unet), 0);
  const start = normals("start", [pictures, ...latentShape(config)]) as tf.Tensor4D;
  const words = config.clip.text.contextLength;
  const states = normals(
    "states",
    [2 * pictures, words, config.unet.crossAttention],
  ) as tf.Tensor3D;
  const schedule = makeSchedule(config.schedule);
  const predict = noisePredictor(params, config.unet);
  const denoise = guided((latents, t) => {
    const timesteps = new Float32Array(2 * pictures).fill(t);
    return predict({ latents, timesteps, states });
  }, 3);
  return {
    async run() {
      const clean = await samplerOf("ddim")(denoise, start, schedule, { steps: 20 });
      await clean.data();
      clean.dispose();
    },
    dispose: () => tf.dispose([params, start, states]),
  };
}

/** Clipping, AdamW and moving average of every parameter of a model, from given gradients. */
export function optimiserOf(config: ModelConfig): Unit {
  const params = repeatedParams({ ...clipSpecs(config.clip), ...unetSpecs(config.unet) }, 0);
  const { groups } = groupParameters({
    params,
    learningRate: rateOf,
  }, { ...presets.mini.train, weightDecay: 0.01 });
  const optimizer = new AdamW(groups, { ...defaultOptimizer, ema: 0.999 });
  const grads = groups.map(({ variables }, g) =>
    variables.map((v, i) => normals(`gradient ${g} ${i}`, v.shape))
  );
  tf.dispose(params);
  return {
    // The optimiser frees what it is given.
    async run() {
      const norm = optimizer.update(grads.map((group) => group.map((g) => tf.clone(g))), 1);
      await norm.data();
      norm.dispose();
    },
    dispose() {
      optimizer.dispose();
      tf.dispose(grads);
      for (const { variables } of groups) for (const v of variables) v.dispose();
    },
  };
}
