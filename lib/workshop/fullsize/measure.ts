/** What a network of the published size costs here: each figure from a process of its own. */
import process from "node:process";
import { join } from "@std/path";
import {
  clipPixels,
  clipSpecs,
  imageEmbedding,
  type ModelConfig,
  type Params,
  type ParamSpecs,
  textEmbedding,
  textTower,
  unet,
  unetSpecs,
  vaeDecode,
  vaeEncode,
  vaeSpecs,
  visionTower,
} from "../../model/mod.ts";
import { gpuMemoryUsed, memoryUsed, resetPeak, stream, tf } from "../../runtime/mod.ts";
import { loadParams } from "../../weights/mod.ts";
import { randomTokens } from "../../study/mod.ts";

/** One line of the table. Times in seconds, memory in bytes; what a system does not tell is absent. */
export interface Figures {
  readonly what: string;
  /** Reading the weights from their files. */
  readonly load?: number;
  readonly loadPeak?: number;
  /** Doing it for the first time, and once more. */
  readonly first?: number;
  readonly again?: number;
  /** Processor seconds of all threads while doing it again, which a busy machine does not lengthen. */
  readonly cpu?: number;
  /** The most memory held while doing it, weights included. */
  readonly peak?: number;
  readonly gpu?: number;
  /** What memory/estimate.ts had said. */
  readonly estimate?: number;
  readonly note?: string;
}

/** The passes that are measured, by name. */
export const passes = {
  "unet-64": (folder: string, c: ModelConfig) => unetPass(folder, c, 64),
  "unet-32": (folder: string, c: ModelConfig) => unetPass(folder, c, 32),
  clip: clipPass,
  autoencoder: autoencoderPass,
} as const;

/** The UNet's noise for one picture, of latents `side` × `side`. */
function unetPass(folder: string, { unet: c, clip }: ModelConfig, side: number): Promise<Figures> {
  const latents = normal("latents", [1, side, side, c.inChannels]) as tf.Tensor4D;
  const states = normal("states", [1, clip.text.contextLength, c.crossAttention]) as tf.Tensor3D;
  return measured({
    what: `UNet, forward pass, 1 × ${side}×${side}×${c.inChannels} latents`,
    file: join(folder, "diffusion", "unet", "diffusion_pytorch_model.safetensors"),
    specs: unetSpecs(c),
    pass: (p) => [unet(p, c, { latents, timesteps: [500], states }).noise],
  });
}

/** The embeddings of four pictures and their captions. */
function clipPass(folder: string, { clip: c }: ModelConfig): Promise<Figures> {
  const n = 4, side = c.vision.imageSize;
  const pixels = normal("pixels", [n, side, side, 3]) as tf.Tensor4D;
  const tokens = { ids: randomTokens(c.text, n), count: n };
  return measured({
    what: `CLIP, forward pass, ${n} pairs of a ${side}² picture and a caption`,
    file: join(folder, "clip", "model.safetensors"),
    specs: clipSpecs(c),
    pass: (p) => [
      imageEmbedding(p, visionTower(p, c.vision, clipPixels(pixels)).pooled),
      textEmbedding(p, textTower(p, c.text, tokens).pooled),
    ],
  });
}

/** One picture to latents and back. */
function autoencoderPass(folder: string, { vae: c, imageSize }: ModelConfig): Promise<Figures> {
  const picture = normal("picture", [1, imageSize, imageSize, 3]) as tf.Tensor4D;
  return measured({
    what: `autoencoder, one ${imageSize}² picture encoded and decoded`,
    file: join(folder, "diffusion", "vae", "diffusion_pytorch_model.safetensors"),
    specs: vaeSpecs(c),
    pass: (p) => [vaeDecode(p, c, vaeEncode(p, c, picture).mean)],
  });
}

/** Loads a network and runs it twice; throws where a result is not finite. */
async function measured({ what, file, specs, pass }: {
  what: string;
  file: string;
  specs: ParamSpecs;
  pass: (p: Params) => tf.Tensor[];
}): Promise<Figures> {
  const params = await timed(() => loadParams(file, specs));
  resetPeak();
  const once = () =>
    timed(async () => {
      const results = tf.tidy(() => pass(params.value));
      for (const result of results) {
        const values = await result.data();
        if (!values.every(Number.isFinite)) throw new Error(`${what}: the result is not finite`);
      }
      tf.dispose(results);
    });
  const first = await once(), again = await once();
  return {
    what,
    load: params.seconds,
    ...maybe("loadPeak", params.peak),
    first: first.seconds,
    again: again.seconds,
    cpu: again.cpu,
    ...maybe("peak", memoryUsed()?.peak),
    ...maybe("gpu", gpuMemoryUsed()),
  };
}

/** A value, the seconds it took and the most memory held by then. */
export async function timed<T>(
  f: () => Promise<T>,
): Promise<{ value: T; seconds: number; cpu: number; peak: number | undefined }> {
  const started = performance.now(), before = cpuSeconds(), value = await f();
  const seconds = (performance.now() - started) / 1000;
  return { value, seconds, cpu: cpuSeconds() - before, peak: memoryUsed()?.peak };
}

/** Processor seconds that this process has used. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A property, or none where there is no value. */
export function maybe<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : { [key]: value } as { [P in K]: number };
}

function normal(name: string, shape: number[]): tf.Tensor {
  return tf.tensor(stream(0, name).normals(shape.reduce((a, b) => a * b, 1)), shape);
}
