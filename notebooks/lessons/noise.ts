/** Noise put on pictures and taken away again, to look at. */
import { tf } from "../../lib/runtime/mod.ts";
import { addNoise, decodeLatents, predictClean, textTower, unet } from "../../lib/model/mod.ts";
import { joinTiles, labelledGrid, type Table, type Tiles, toTiles } from "../../lib/report/mod.ts";
import type { VisibleBatch } from "./batch.ts";

/** What a model sees and guesses of a batch at some time steps. */
export interface NoiseLevels {
  /** One line for each time step: the noised pictures above what the model takes to be clean. */
  readonly picture: Uint8Array;
  readonly table: Table;
}

/**
 * Noises a batch to each time step, with the same noise, and lets the model guess that noise.
 *
 * The pictures are decoded latents; the table has the mean squared error at each step.
 */
export async function noiseLevels(
  { model, schedule, batch }: VisibleBatch,
  timesteps: readonly number[],
): Promise<NoiseLevels> {
  const { params: p, config: c } = model, n = batch.latents.shape[0];
  const states = tf.tidy(() =>
    tf.slice(textTower(p, c.clip.text, batch.tokens).states, [0, 0, 0], [n, -1, -1])
  );
  const lines: Tiles[] = [], labels: string[] = [], rows = [];
  const look = async (latents: tf.Tensor, label: string) => {
    const pixels = await decodeLatents(model, await latents.data<"float32">());
    lines.push(toTiles(pixels, c.imageSize));
    labels.push(label);
  };
  await look(batch.latents, "clean");
  for (const t of timesteps) {
    const at = new Int32Array(n).fill(t);
    const [noisy, clean, error] = tf.tidy(() => {
      const noisy = addNoise(schedule, batch.latents, batch.noise, at);
      const { noise } = unet(p, c.unet, { latents: noisy, timesteps: at, states });
      const error = tf.mean(tf.square(tf.sub(noise, batch.noise)));
      return [noisy, predictClean(schedule, noisy, noise, at), error];
    });
    await look(noisy, `t = ${t}: seen`);
    await look(clean, `t = ${t}: guessed`);
    const signal = schedule.alphasCumprod[t] as number;
    rows.push({ t, signal, error: (await error.data())[0] as number });
    tf.dispose([noisy, clean, error]);
  }
  states.dispose();
  const picture = await labelledGrid(joinTiles(lines), {
    columns: n,
    scale: Math.max(1, 96 / c.imageSize),
    rowLabels: labels,
  });
  return { picture, table: levelTable(rows) };
}

function levelTable(rows: Table["rows"]): Table {
  const column = (key: string, title: string, digits: number) => (
    { key, title, align: "right", format: { digits } } as const
  );
  return {
    title: "IS by time step",
    note:
      "Share of signal: ᾱ. Error: mean squared difference between the noise and the model's guess.",
    columns: [
      column("t", "time step", 0),
      column("signal", "share of signal", 3),
      column("error", "error", 4),
    ],
    rows,
  };
}
