import { join } from "@std/path";
import { retrievalBothWays, sameLabel } from "../../eval/mod.ts";
import { embedCaptions, embedImages, type Model } from "../../model/mod.ts";
import { type GridOptions, pictureGrid } from "../../report/mod.ts";
import { writeAtomic, writeJson } from "../../runtime/mod.ts";
import { reconstruct } from "./autoencoder.ts";
import { type CardFigures, cardPrompts, cardText, type GalleryFigures } from "./card_text.ts";
import type { HeldOutPictures } from "./corpus.ts";
import { drawingFigures, drawShown } from "./drawing_figures.ts";
import { type EmbeddedPart, type GapFigures, gapFigures } from "./gap.ts";
import { type Pictures, pixelsOf } from "./pictures.ts";
import type { PretrainRecipe } from "./recipe.ts";

/**
 * Measures the model on every held-out set and writes MODEL_CARD.md, figures.json, samples.png,
 * judged.png and reconstructions.png beside its weights; shows progress. The judge is trained in `work`.
 * Photographs that must not be published are not shown: the reconstructions are of drawn pictures.
 */
export async function writeModelCard(
  folder: string,
  model: Model,
  recipe: PretrainRecipe,
  heldOut: HeldOutPictures,
  work: string,
): Promise<void> {
  const figures: Record<string, CardFigures> = {}, galleries: Record<string, GalleryFigures> = {};
  for (const [name, pictures] of Object.entries(heldOut.test)) {
    const { psnr, chroma } = reconstruct(model.params, model.config.vae, pictures);
    figures[name] = { ...await galleryFigures(model, pictures), psnr, chroma };
  }
  const gaps: Record<string, GapFigures> = {};
  for (const [name, pictures] of Object.entries(heldOut.training)) {
    gaps[name] = gapFigures(
      await embedded(model, pictures),
      await embedded(model, heldOut.test[name] as Pictures),
      model.config.clip.projection,
    );
  }
  for (const [name, pictures] of Object.entries(heldOut.galleries)) {
    if (name !== "drawn") galleries[name] = await galleryFigures(model, pictures);
  }
  const size = model.config.imageSize;
  const grid = (name: string, pixels: Float32Array, options: GridOptions) =>
    pictureGrid(pixels, { size, ...options }).then((png) => writeAtomic(join(folder, name), png));
  const prompts = cardPrompts.flatMap((prompt) => [prompt, prompt, prompt]);
  await grid("samples.png", await drawShown(model, prompts, "drawing samples"), {
    columns: 6,
    rowLabels: cardPrompts.flatMap((prompt, i) =>
      i % 2 === 0 ? [`${prompt} ${cardPrompts[i + 1]}`] : []
    ),
  });
  const { drawn } = heldOut.test;
  if (drawn) {
    const few = { ...drawn, count: 12, captions: drawn.captions.slice(0, 12) };
    const { pixels } = reconstruct(model.params, model.config.vae, few);
    const both = new Float32Array(2 * pixels.length);
    both.set(pixelsOf(few, 0, 12));
    both.set(pixels, pixels.length);
    await grid("reconstructions.png", both, { columns: 12 });
  }
  const { pixels, ...drawing } = await drawingFigures(model, recipe, heldOut.test, work);
  await grid("judged.png", pixels.subarray(0, 36 * size * size * 3), { columns: 6 });
  await writeJson(join(folder, "figures.json"), { figures, galleries, gaps, drawing, recipe });
  await writeAtomic(
    join(folder, "MODEL_CARD.md"),
    cardText({ figures, galleries, gaps, drawing, recipe }, size),
  );
}

async function galleryFigures(model: Model, pictures: Pictures): Promise<GalleryFigures> {
  const images = await embedImages(model, pixelsOf(pictures));
  const texts = await embedCaptions(model, pictures.captions);
  const same = sameLabel(pictures.captions);
  const both = retrievalBothWays(images, texts, model.config.clip.projection, same);
  return {
    pictures: pictures.count,
    i2t: both.i2t.recall,
    t2i: both.t2i.recall,
    chance: both.i2t.chance.r5,
  };
}

/** What a gap is computed from. */
async function embedded(model: Model, pictures: Pictures): Promise<EmbeddedPart> {
  return {
    images: await embedImages(model, pixelsOf(pictures)),
    texts: await embedCaptions(model, pictures.captions),
    captions: pictures.captions,
    products: pictures.captions.map((_, i) => pictures.shows?.[i]?.product ?? `${i}`),
  };
}
