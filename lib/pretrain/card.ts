import { join } from "@std/path";
import { retrievalBothWays, sameLabel } from "../eval/retrieval.ts";
import { drawPictures } from "../model/draw.ts";
import { embedCaptions, embedImages, type Model } from "../model/model.ts";
import { pictureGrid } from "../report/grid.ts";
import { writeAtomic, writeJson } from "../runtime/files.ts";
import type { HeldOutPictures } from "./corpus.ts";
import { pixelsOf } from "./pictures.ts";
import { reconstruct } from "./autoencoder.ts";
import type { PretrainRecipe } from "./recipe.ts";

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

/** Figures of a pretrained model on held-out pictures, by data set. */
export interface CardFigures {
  readonly pictures: number;
  readonly psnr: number;
  readonly chroma: number;
  readonly i2t: Record<"r1" | "r5" | "r10", number>;
  readonly t2i: Record<"r1" | "r5" | "r10", number>;
  readonly chance: number;
}

/**
 * Measures the model on every held-out set and writes MODEL_CARD.md, figures.json, samples.png and
 * reconstructions.png beside its weights. Photographs that must not be published are not shown:
 * the reconstructions are of drawn and of embedded product pictures.
 */
export async function writeModelCard(
  folder: string,
  model: Model,
  recipe: PretrainRecipe,
  heldOut: HeldOutPictures,
): Promise<void> {
  const figures: Record<string, CardFigures> = {};
  for (const [name, pictures] of Object.entries(heldOut.test)) {
    const { psnr, chroma } = reconstruct(model.params, model.config.vae, pictures);
    const images = await embedImages(model, pixelsOf(pictures));
    const texts = await embedCaptions(model, pictures.captions);
    const both = retrievalBothWays(
      images,
      texts,
      model.config.clip.projection,
      sameLabel(pictures.captions),
    );
    figures[name] = {
      pictures: pictures.count,
      psnr,
      chroma,
      i2t: both.i2t.recall,
      t2i: both.t2i.recall,
      chance: both.i2t.chance.r5,
    };
  }
  const prompts = cardPrompts.flatMap((prompt) => [prompt, prompt, prompt]);
  const drawn = await drawPictures(model, prompts, { steps: 50, guidance: 3, seed: 0 });
  const size = model.config.imageSize;
  await writeAtomic(
    join(folder, "samples.png"),
    await pictureGrid(drawn, { size, columns: 6, scale: 2 }),
  );
  const shown = heldOut.test.drawn;
  if (shown) {
    const few = { ...shown, count: 12, captions: shown.captions.slice(0, 12) };
    const { pixels } = reconstruct(model.params, model.config.vae, few);
    const both = new Float32Array(2 * pixels.length);
    both.set(pixelsOf(few, 0, 12));
    both.set(pixels, pixels.length);
    await writeAtomic(
      join(folder, "reconstructions.png"),
      await pictureGrid(both, { size, columns: 12, scale: 2 }),
    );
  }
  await writeJson(join(folder, "figures.json"), { figures, recipe });
  await writeAtomic(join(folder, "MODEL_CARD.md"), card(figures, recipe, size));
}

function card(figures: Record<string, CardFigures>, r: PretrainRecipe, size: number): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const recalls = (x: CardFigures["i2t"]) => [x.r1, x.r5, x.r10].map(percent).join(" / ");
  const rows = Object.entries(figures).map(([name, f]) =>
    `| ${name} | ${f.pictures} | ${f.psnr.toFixed(1)} | ${f.chroma.toFixed(4)} | ` +
    `${recalls(f.i2t)} | ${recalls(f.t2i)} | ${percent(f.chance)} |`
  );
  return `# The miniature's weights

CLIP, the Stable Diffusion v1 UNet and the KL autoencoder at the published architecture and small
sizes (config.json), trained from scratch by \`deno task pretrain\` for pictures of ${size}×${size}.
float16 safetensors under the published key names and in the published layout.

**Corpus.** ${r.drawn} drawn garments and products (lib/data/synthetic, seed 1) and the training part
of the embedded product set (see data/README.md for its licences). No photograph of fashion-man or
fashion-woman and no validation or test product was trained on.

**Recipe.** Autoencoder ${r.autoencoder.steps} steps, the first ${r.autoencoder.cropSteps} on crops of
half the side; CLIP ${r.clip.steps} steps of ${r.clip.batch}; UNet ${r.unetFirst.steps} steps of
${r.unet.batch} under the frozen text tower, their moving average (${r.unetFirst.ema}, its random start
taken out), then ${r.unet.steps} steps from there. Everything else stands in
lib/pretrain/recipe.ts and figures.json.

**Held-out pictures before any fine-tuning.** PSNR in dB and mean square chroma error of the
autoencoder's reconstruction; recalls at 1 / 5 / 10 in percent over all captions of the set, a hit
being any picture with the same caption. The real sets' rows are their test splits (fronts only).

| set | pictures | PSNR | chroma error | image→text | text→image | chance R@5 |
|---|---|---|---|---|---|---|
${rows.join("\n")}

samples.png: three pictures for each of the twelve prompts in lib/pretrain/card.ts (DDIM 50 steps,
guidance 3). reconstructions.png: held-out drawings above, what came back below.

**Limits.** A research miniature: it knows simple garments and household things on light grounds,
colours better than shapes, and nothing else. It says nothing about models of the published size.
`;
}
