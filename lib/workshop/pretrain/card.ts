import { join } from "@std/path";
import { retrievalBothWays, sameLabel } from "../../eval/mod.ts";
import { embedCaptions, embedImages, type Model } from "../../model/mod.ts";
import { type GridOptions, pictureGrid } from "../../report/mod.ts";
import { writeAtomic, writeJson } from "../../runtime/mod.ts";
import { reconstruct } from "./autoencoder.ts";
import type { HeldOutPictures } from "./corpus.ts";
import { DRAWING, type DrawingFigures, drawingFigures, drawShown } from "./drawing_figures.ts";
import type { Rightly } from "./judge.ts";
import { type Pictures, pixelsOf } from "./pictures.ts";
import type { PretrainRecipe, SourceShares } from "./recipe.ts";

/** Prompts whose pictures stand in the card: garments of both sets, and products. */
export const cardPrompts = [
  "A man wearing a red t-shirt.",
  "A man wearing blue pants.",
  "A man wearing a black jacket.",
  "A man wearing green shorts.",
  "A woman wearing a purple tank top.",
  "A woman wearing black leggings.",
  "A woman wearing a yellow dress.",
  "A woman wearing an orange hoodie.",
  "A red chair for the dining room.",
  "A blue car for the vehicles.",
  "A green plant for the living room.",
  "A white lamp for the lights.",
] as const;

/** Retrieval of a pretrained model among held-out pictures and their captions. */
export interface GalleryFigures {
  readonly pictures: number;
  readonly i2t: Record<"r1" | "r5" | "r10", number>;
  readonly t2i: Record<"r1" | "r5" | "r10", number>;
  readonly chance: number;
}

/** Figures of a pretrained model on held-out pictures, by data set. */
export interface CardFigures extends GalleryFigures {
  readonly psnr: number;
  readonly chroma: number;
}

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
  const { pixels, ...drawing } = await drawingFigures(model, recipe.drawn, work);
  await grid("judged.png", pixels.subarray(0, 36 * size * size * 3), { columns: 6 });
  await writeJson(join(folder, "figures.json"), { figures, galleries, drawing, recipe });
  await writeAtomic(
    join(folder, "MODEL_CARD.md"),
    card(figures, galleries, drawing, recipe, size),
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

function card(
  figures: Record<string, CardFigures>,
  galleries: Record<string, GalleryFigures>,
  drawing: DrawingFigures,
  r: PretrainRecipe,
  size: number,
): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const recalls = (x: CardFigures["i2t"]) => [x.r1, x.r5, x.r10].map(percent).join(" / ");
  const rows = Object.entries(figures).map(([name, f]) =>
    `| ${name} | ${f.pictures} | ${f.psnr.toFixed(1)} | ${f.chroma.toFixed(4)} | ` +
    `${recalls(f.i2t)} | ${recalls(f.t2i)} | ${percent(f.chance)} |`
  );
  const galleryRows = Object.entries(galleries).map(([name, f]) =>
    `| ${name} | ${f.pictures} | ${recalls(f.i2t)} | ${recalls(f.t2i)} | ${percent(f.chance)} |`
  );
  const judgedRow = (who: string, f: Rightly) =>
    `| ${who} | ${f.pictures} | ${percent(f.category)} | ${percent(f.colour)} | ${
      percent(f.both)
    } |`;
  const shares = (of: SourceShares) => [of.drawn, of.products, of.emoji].map(percent).join(" / ");
  const grid = cardPrompts.map((prompt, i) =>
    `${Math.floor(i / 2) + 1} ${i % 2 === 0 ? "left" : "right"}: ${prompt}`
  );
  const examples = drawing.examples.slice(0, 36).map(({ prompt, judged }, i) =>
    `| ${Math.floor(i / 6) + 1}, ${i % 6 + 1} | ${prompt} | ${judged.colour} ${judged.category} |`
  );
  return `# The miniature's weights

CLIP, the Stable Diffusion v1 UNet and the KL autoencoder at the published architecture and small
sizes (config.json), trained from scratch by \`deno task pretrain\` for pictures of ${size}×${size}.
float16 safetensors under the published key names and in the published layout.

**Corpus.** ${r.drawn} drawn garments and products (lib/drawn, seed 1), the training part of
the embedded product set, and some 600 emoji that show things (see data/README.md for the licences of
both). Shares of a batch (drawn / products / emoji, %): autoencoder ${
    shares(r.shares.autoencoder)
  }, CLIP
${shares(r.shares.clip)}, UNet ${
    shares(r.shares.unet)
  }. No photograph of fashion-man or fashion-woman and
no validation or test product was trained on: lib/workshop/pretrain/leaks.ts refuses them by product and picture.

**Recipe.** Autoencoder ${r.autoencoder.steps} steps, the first ${r.autoencoder.cropSteps} on crops of
half the side; CLIP ${r.clip.steps} steps of ${r.clip.batch}; UNet ${r.unetFirst.steps} steps of
${r.unet.batch} under the frozen text tower, their moving average (${r.unetFirst.ema}, its random start
taken out), then ${r.unet.steps} steps from there. Everything else stands in
lib/workshop/pretrain/recipe.ts and figures.json.

**Held-out pictures before any fine-tuning.** PSNR in dB and mean square chroma error of the
autoencoder's reconstruction; recalls at 1 / 5 / 10 in percent over all captions of the set, a hit
being any picture with the same caption. The real sets' rows are their test splits (fronts only).

| set | pictures | PSNR | chroma error | image→text | text→image | chance R@5 |
|---|---|---|---|---|---|---|
${rows.join("\n")}

Validation and test splits together, fronts only (what the study's zero-shot rows are measured on):

| set | pictures | image→text | text→image | chance R@5 |
|---|---|---|---|---|
${galleryRows.join("\n")}

**Drawn prompts.** The model draws the captions of ${drawing.model.pictures} held-out drawings (DDIM
${DRAWING.steps} steps, guidance ${DRAWING.guidance}). A judge, a small network trained from scratch on the renderer's
training drawings alone, half of them blurred, says which of ${drawing.answers.category} kinds and ${drawing.answers.colour} colours it sees; in %,
right. The first row is the judge's own accuracy on held-out drawings of the renderer, the
second on what the autoencoder makes of them: what a perfect UNet would be given.

| drawn by | pictures | category | colour | both |
|---|---|---|---|---|
${
    [
      judgedRow("the renderer", drawing.judge),
      judgedRow("the renderer, through the autoencoder", drawing.autoencoded),
      judgedRow("the model", drawing.model),
      judgedRow("the model, garments", drawing.garments),
      judgedRow("the model, products", drawing.products),
    ].join("\n")
  }

judged.png: the first 36 of them, row by row.

| row, column | prompt | the judge sees |
|---|---|---|
${examples.join("\n")}

samples.png: three pictures for each prompt, row by row. ${grid.join(" ")}
reconstructions.png: held-out drawings above, what came back below.

**Limits.** A research miniature: it knows simple garments and household things on light grounds,
colours better than shapes, and nothing else. It says nothing about models of the published size.
`;
}
