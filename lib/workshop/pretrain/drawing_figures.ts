/** How well a pretrained model draws what captions ask for, as a judge sees it. */
import { join } from "@std/path";
import { cacheFolder } from "../../data/mod.ts";
import { DRAWING_VERSION, drawnCorpus, drawnSeeds } from "../../drawn/mod.ts";
import { drawPictures, type Model } from "../../model/mod.ts";
import { type Progress, progress, stream, tf } from "../../runtime/mod.ts";
import { reconstruct } from "./autoencoder.ts";
import { heldOutDrawings } from "./corpus.ts";
import {
  answersOf,
  askable,
  DrawingJudge,
  judgeConfig,
  judgeTask,
  type Rightly,
  rightly,
  rPrecision,
  type Shown,
  shownAs,
} from "./judge.ts";
import { type Pictures, picturesOf, pixelsOf } from "./pictures.ts";
import type { PretrainRecipe } from "./recipe.ts";
import { isThing } from "./sources/drawings.ts";
import { trainShown } from "./train_shown.ts";

/** How a model's drawings are judged. */
export interface DrawingFigures {
  /** The judge's own accuracy on held-out drawings of the renderer. */
  readonly judge: Rightly;
  /** The same on what the model's autoencoder makes of these: what a perfect UNet would be given. */
  readonly autoencoded: Rightly;
  /** The same on what the model drew for captions of some of them. */
  readonly model: Rightly;
  readonly garments: Rightly;
  readonly things: Rightly;
  /** Garments and things of the second row alone: the most that the two rows above could reach. */
  readonly ceiling: { readonly garments: Rightly; readonly things: Rightly };
  /** How often the judge finds the caption among 32 others, of the model's drawings and the renderer's. */
  readonly rPrecision: { readonly model: number; readonly autoencoded: number };
  /** How often the judge is right about real pictures that nothing was trained on, by set. */
  readonly real: Readonly<Record<string, RealFigures>>;
  /** How many kinds and colours the judge tells apart. */
  readonly answers: Readonly<Record<keyof Shown, number>>;
  readonly examples: readonly { prompt: string; shown: Shown; judged: Shown }[];
}

/** The judge on real pictures whose kind or colour it knows. */
export interface RealFigures {
  /** Right and all, by question and answer. */
  readonly category: Readonly<Record<string, readonly [right: number, all: number]>>;
  readonly colour: Readonly<Record<string, readonly [right: number, all: number]>>;
}

/**
 * How the model draws for the card. Of 120 captions of *training* drawings the judge found 68 drawn rightly at a
 * guidance of 3, 71 at 5 and 66 at 7.5.
 */
export const DRAWING = { steps: 50, guidance: 5, seed: 0 } as const;
/** Captions that the model draws for the judge, and those that R-precision sets beside each. */
const PROMPTS = 300, OTHERS = 32;

/** Draws a picture for each prompt, with progress. */
export async function drawShown(model: Model, prompts: readonly string[], label: string) {
  let line: Progress | undefined;
  const pixels = await drawPictures(model, prompts, DRAWING, (done, of) => {
    line ??= progress(of, label);
    line.step(done);
  });
  await line?.done();
  return pixels;
}

/**
 * Draws captions of held-out drawings and has them judged, beside the renderer's own drawings of all
 * such captions and beside the real pictures of some sets. The judge is trained in `work` on as many
 * drawings as the model was.
 */
export async function drawingFigures(
  model: Model,
  recipe: PretrainRecipe,
  real: Readonly<Record<string, Pictures>>,
  work: string,
): Promise<DrawingFigures & { pixels: Float32Array }> {
  const size = model.config.imageSize, heldOut = await heldOutDrawings(size);
  const { at, captions, shown } = askable(heldOut);
  const judge = await trainedJudge(recipe, work), { answers } = judge;
  const drawn = heldOut.pixels(at), own = rightly(await judge.judge(drawn), shown);
  const back =
    reconstruct(model.params, model.config.vae, picturesOf(drawn, size, captions)).pixels;
  const autoencoded = await judge.judge(back);
  const prompts = captions.slice(0, PROMPTS), asked = shown.slice(0, PROMPTS);
  const pixels = await drawShown(model, prompts, "drawing for the judge");
  const judged = await judge.judge(pixels);
  const only = (judged: readonly Shown[], things: boolean) => {
    const chosen = [...judged.keys()].filter((i) => isThing(heldOut.keys[at[i]!]!) === things);
    return rightly(chosen.map((i) => judged[i] as Shown), chosen.map((i) => shown[i] as Shown));
  };
  const found = (pixels: Float32Array, of: readonly Shown[]) =>
    rPrecision(judge, pixels, of, OTHERS, stream(DRAWING.seed, "R-precision"));
  const figures = {
    judge: own,
    autoencoded: rightly(autoencoded, shown),
    model: rightly(judged, asked),
    garments: only(judged, false),
    things: only(judged, true),
    ceiling: { garments: only(autoencoded, false), things: only(autoencoded, true) },
    rPrecision: { model: await found(pixels, asked), autoencoded: await found(back, shown) },
    real: await realFigures(judge, real),
    answers: { category: answers.category.length, colour: answers.colour.length },
    examples: prompts.map((prompt, i) => ({
      prompt,
      shown: asked[i] as Shown,
      judged: judged[i] as Shown,
    })),
    pixels,
  };
  judge.dispose();
  return figures;
}

/** What the judge says of real pictures, of those questions whose answer it knows. */
async function realFigures(
  judge: DrawingJudge,
  sets: Readonly<Record<string, Pictures>>,
): Promise<Record<string, RealFigures>> {
  const figures: Record<string, RealFigures> = {};
  for (const [name, pictures] of Object.entries(sets)) {
    if (pictures.shows === undefined) continue;
    const judged = await judge.judge(pixelsOf(pictures));
    const counts = { category: {}, colour: {} } as Record<keyof Shown, Record<string, Counted>>;
    for (const [i, { kind, colour }] of pictures.shows.entries()) {
      const shown = shownAs(kind, colour), said = judged[i] as Shown;
      for (const question of ["category", "colour"] as const) {
        const answer = shown[question];
        if (answer === undefined || !judge.answers[question].includes(answer)) continue;
        const [right, all] = counts[question][answer] ?? [0, 0];
        counts[question][answer] = [right + (said[question] === answer ? 1 : 0), all + 1];
      }
    }
    figures[name] = counts;
  }
  return figures;
}

type Counted = readonly [right: number, all: number];

/** The judge, from its checkpoint in `work` where there is one; shows progress. */
async function trainedJudge(
  { model: { imageSize: size }, drawn, judge: r }: PretrainRecipe,
  work: string,
): Promise<DrawingJudge> {
  const cache = cacheFolder("drawn"), seed = drawnSeeds.training;
  const lessons = await drawnCorpus(drawn, { seed, size, cache });
  const answers = answersOf(lessons.keys), task = judgeTask(r, lessons, answers);
  const { params } = await trainShown(task, r, {
    label: "teaching the judge",
    folder: join(work, "judge"),
    identity: JSON.stringify({ r, size, drawn, DRAWING_VERSION }),
  });
  tf.dispose(task.params);
  return new DrawingJudge(params, judgeConfig(r, size, answers), answers);
}
