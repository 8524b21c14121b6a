/** The model card of pretrained weights, as text. */
import { SOURCE_NAMES } from "./corpus.ts";
import { DRAWING, type DrawingFigures } from "./drawing_figures.ts";
import { DIVISIONS, DRAWS, FOLDS, type GapFigures } from "./gap.ts";
import type { Rightly } from "./judge.ts";
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

/** What a card tells. */
export interface CardData {
  readonly figures: Readonly<Record<string, CardFigures>>;
  readonly galleries: Readonly<Record<string, GalleryFigures>>;
  readonly gaps: Readonly<Record<string, GapFigures>>;
  readonly drawing: DrawingFigures;
  readonly recipe: PretrainRecipe;
}

export function cardText(
  { figures, galleries, gaps, drawing, recipe: r }: CardData,
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
  const signed = (x: number) => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(0)}`;
  const gapRows = Object.entries(gaps).map(
    ([name, { training, test, pictures, chance, folds }]) => {
      const [a, b] = [training, test].map((x) => x.toFixed(0)), [low, high] = chance.map(signed);
      const gap = signed(training - test), chosen = signed(folds);
      return `| ${name} | ${pictures} | ${a} | ${b} | ${gap} | ${low} … ${high} | ${chosen} |`;
    },
  );
  const judgedRow = (who: string, f: Rightly) =>
    `| ${who} | ${f.pictures} | ${percent(f.category)} | ${percent(f.colour)} | ${
      percent(f.both)
    } |`;
  const shareRows = SOURCE_NAMES.map((name) => {
    const of = (["autoencoder", "clip", "unet"] as const).map((network) =>
      percent(r.shares[network][name] ?? 0)
    );
    return `| ${name} | ${of.join(" | ")} |`;
  });
  const realRows = Object.entries(drawing.real).flatMap(([set, questions]) =>
    (["category", "colour"] as const).flatMap((question) => {
      const entries = Object.entries(questions[question]);
      if (entries.length === 0) return [];
      const [right, all] = [0, 1].map((i) => entries.reduce((n, [, c]) => n + c[i]!, 0));
      const each = entries.sort((a, b) => b[1][1] - a[1][1]).slice(0, 12)
        .map(([name, [right, all]]) => `${name} ${right}/${all}`);
      const more = entries.length > 12 ? `, and ${entries.length - 12} more` : "";
      const kind = question === "category" ? "kind" : "colour";
      return [`| ${set} | ${kind} | ${percent(right! / all!)} | ${each.join(", ")}${more} |`];
    })
  );
  const legs = (network: "autoencoder" | "clip" | "unet") =>
    r[network].map(({ steps, batch, learningRate }) =>
      `${steps} steps of ${batch} from a rate of ${learningRate}`
    ).join(", then ");
  const pictures = r.unet.reduce((sum, { steps, batch }) => sum + steps * batch, 0);
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

**Corpus.** ${r.drawn} drawn garments and things (lib/drawn, seed 1); some 600 emoji that show things, in
four styles; plain icons, each in fifteen colours; renders of 3D models (data/product-corpus). Licences:
data/README.md. Parts of a batch in %:

| source | autoencoder | CLIP | UNet |
|---|---|---|---|
${shareRows.join("\n")}

No product and no picture of fashion-man, fashion-woman, ecommerce-product or product-views was trained on,
of their training parts neither: lib/workshop/pretrain/leaks.ts compares products, titles and pictures and
refuses a corpus that has one. (The words of drawn things were chosen with shops' words in mind.)

**Recipe.** Autoencoder ${legs("autoencoder")}, the first ${r.autoencoder[0]?.cropSteps} on crops of
half the side. CLIP ${legs("clip")}, ${
    percent(r.clip[0]?.hard ?? 0)
  } % of the draws with hard negatives (the
same kind in another colour, the same colour of another kind). UNet ${legs("unet")}, ${
    pictures.toLocaleString("en")
  } pictures in
all, under the frozen text tower, with min-SNR weights. Everything else stands in
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

Whether a set's training part is known already: R sums (recalls at 1, 5 and 10 both ways, 600 at most) of
galleries of equal size from the training and from the test part, whole products, means of ${DRAWS} draws. A model that has
never seen either finds both alike, but for how hard they are: "by chance" has 95 % of the gaps of ${DIVISIONS}
divisions of the same pictures, product by product, in parts as large; "folds" the mean gap of ${FOLDS} folds by
product, each the test part once, as the study divides a set.

| set | pictures in each | training part | test part | gap | by chance | folds |
|---|---|---|---|---|---|---|
${gapRows.join("\n")}

**Drawn prompts.** The model draws the captions of ${drawing.model.pictures} held-out drawings (DDIM
${DRAWING.steps} steps, guidance ${DRAWING.guidance}). A judge, a small network trained from scratch on the renderer's
training drawings alone, half of them blurred, says which of ${drawing.answers.category} kinds and ${drawing.answers.colour} colours it sees; in %,
right. The first row is the judge's own accuracy on held-out drawings of the renderer, the
others marked "autoencoder" what it says of what the autoencoder makes of them: what a perfect UNet would
be given.

| drawn by | pictures | category | colour | both |
|---|---|---|---|---|
${
    [
      judgedRow("the renderer", drawing.judge),
      judgedRow("the renderer, through the autoencoder", drawing.autoencoded),
      judgedRow("the same, garments", drawing.ceiling.garments),
      judgedRow("the same, things", drawing.ceiling.things),
      judgedRow("the model", drawing.model),
      judgedRow("the model, garments", drawing.garments),
      judgedRow("the model, things", drawing.things),
    ].join("\n")
  }

R-precision (the judge finds a drawing's own kind and colour more likely than those of 32 other
captions): ${percent(drawing.rPrecision.model)} % of the model's drawings, ${
    percent(drawing.rPrecision.autoencoded)
  } % of the renderer's through the autoencoder;
chance ${percent(1 / 33)} %.

How often the judge is right about real pictures of the test splits, which neither it nor the model was
trained on (right/all of the most frequent answers). It was taught drawings, and is asked about drawings:

| set | question | right, % | by answer |
|---|---|---|---|
${realRows.join("\n")}

judged.png: the first 36 prompts, not chosen, row by row.

| row, column | prompt | the judge sees |
|---|---|---|
${examples.join("\n")}

samples.png: three pictures for each prompt, row by row. ${grid.join(" ")}
reconstructions.png: held-out drawings above, what came back below.

**Limits.** A research miniature: it knows simple garments and household things on light grounds,
colours better than shapes, and nothing else. It says nothing about models of the published size.
`;
}
