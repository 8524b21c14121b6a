/** Drawing under a magnifying glass: from noise to picture, between captions, one setting at a time. */
import { stream, tf } from "../../lib/runtime/mod.ts";
import { captionStates, cleanOf, decodeLatents, drawLatents, type DrawOptions, drawPictures, latentShape, makeSchedule, type Model } from "../../lib/model/mod.ts";
import { joinTiles, labelledGrid, type Tiles, toTiles } from "../../lib/report/mod.ts";

/** Pictures in a notebook are enlarged to at least so many pixels. */
const SIDE = 112;

/** The prompts, each as often as there are settings: a line for each setting, the noise the same. */
export async function drawnBy(
  model: Model,
  prompts: readonly string[],
  settings: Readonly<Record<string, DrawOptions>>,
): Promise<Uint8Array> {
  const lines: Tiles[] = [];
  for (const options of Object.values(settings)) {
    lines.push(toTiles(await drawPictures(model, prompts, options), model.config.imageSize));
  }
  return await shown(model, joinTiles(lines), {
    columns: prompts.length,
    rowLabels: Object.keys(settings),
    columnLabels: prompts,
  });
}

/**
 * From noise to picture: at `looks` steps spread over the way, the latents as they are (above) and the
 * clean picture that the model takes them for (below), for one prompt.
 */
export async function noiseToPicture(
  model: Model,
  prompt: string,
  o: DrawOptions,
  looks = 8,
): Promise<Uint8Array> {
  const { alphasCumprod } = makeSchedule(model.config.schedule), seen: number[] = [];
  const every = Math.max(1, Math.ceil(o.steps / looks)), kept: [tf.Tensor, tf.Tensor][] = [];
  let call = 0;
  const states = captionStates(model, [prompt]), start = noise(model, o.seed, 0);
  const end = await drawLatents(model, states, start, o, {
    watch: (x, prediction, t) => {
      if (call++ % every !== 0) return;
      const now = alphasCumprod[Math.round(t)] as number;
      const clean = cleanOf(prediction, x, now, model.config.schedule.prediction);
      kept.push([tf.keep(tf.clone(x)), tf.keep(tf.clone(clean))]);
      seen.push(Math.round(t));
    },
  });
  const above = [...kept.map(([x]) => x), end], below = [...kept.map(([, clean]) => clean), end];
  const tiles = joinTiles([await decoded(model, above), await decoded(model, below)]);
  tf.dispose([states, start, end, kept]);
  return await shown(model, tiles, {
    columns: above.length,
    rowLabels: ["as it is", "taken to be"],
    columnLabels: [...seen.map((t) => `t = ${t}`), "end"],
  });
}

/**
 * From one caption to another in `count` pictures: the text states go over in equal steps; the noise
 * stays, or goes over along the sphere (`noise: "between"`).
 */
export async function between(
  model: Model,
  from: string,
  to: string,
  o: DrawOptions,
  { count = 6, noise: kind = "same" as "same" | "between" } = {},
): Promise<Uint8Array> {
  const shares = Array.from({ length: count }, (_, i) => i / (count - 1));
  const [states, start] = tf.tidy(() => {
    const [empty, , a, b] = tf.split(captionStates(model, [from, to]), 4) as tf.Tensor3D[];
    const mixed = shares.map((s) => tf.add(tf.mul(a!, 1 - s), tf.mul(b!, s)));
    const first = noise(model, o.seed, 0), second = noise(model, o.seed, 1);
    // The square roots keep the variance at one: two independent draws lie at a right angle.
    const angle = (s: number) => kind === "same" ? 0 : s * Math.PI / 2;
    const noises = shares.map((s) =>
      tf.add(tf.mul(first, Math.cos(angle(s))), tf.mul(second, Math.sin(angle(s))))
    );
    return [tf.concat([...shares.map(() => empty!), ...mixed]), tf.concat(noises)];
  }) as [tf.Tensor3D, tf.Tensor4D];
  const end = await drawLatents(model, states, start, o);
  const tiles = await decoded(model, [end]);
  tf.dispose([states, start, end]);
  return await shown(model, tiles, {
    columns: count,
    columnLabels: [from, ...Array(count - 2).fill(""), to],
  });
}

/** The noise that picture `i` of drawPictures() begins as. */
function noise({ config }: Model, seed: number, i: number): tf.Tensor4D {
  const shape = latentShape(config), size = shape.reduce((a, b) => a * b);
  return tf.tensor4d(stream(seed, "draw", i).normals(size), [1, ...shape]);
}

async function decoded(model: Model, latents: readonly tf.Tensor[]): Promise<Tiles> {
  const parts: Tiles[] = [];
  for (const x of latents) {
    const pixels = await decodeLatents(model, await x.data<"float32">());
    parts.push(toTiles(pixels, model.config.imageSize));
  }
  return joinTiles(parts);
}

function shown(
  { config }: Model,
  tiles: Tiles,
  labels: {
    readonly columns: number;
    readonly rowLabels?: readonly string[];
    readonly columnLabels?: readonly string[];
  },
): Promise<Uint8Array> {
  return labelledGrid(tiles, { scale: Math.max(1, SIDE / config.imageSize), ...labels });
}
