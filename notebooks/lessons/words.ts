/** What a text tower reads of captions, and what the autoencoder keeps of pictures. */
import { type DataSet, evaluationRecords, loadPixels } from "../../lib/data/mod.ts";
import { decodeLatents, encodeLatents, type Model } from "../../lib/model/mod.ts";
import { joinTiles, labelledGrid, type Table, toTiles } from "../../lib/report/mod.ts";
import { stream } from "../../lib/runtime/mod.ts";

/** Captions beside the numbers of their tokens, start and end among them. */
export function tokenTable({ tokenizer, config }: Model, captions: readonly string[]): Table {
  const context = config.clip.text.contextLength;
  return {
    title: "Captions as the text tower reads them",
    note: `At most ${context} tokens are read. ids: the first is the start, the last the end.`,
    columns: [
      { key: "caption", title: "caption", align: "left", format: "text" },
      { key: "count", title: "tokens", align: "right", format: { digits: 0 } },
      { key: "ids", title: "ids", align: "left", format: "text" },
    ],
    rows: captions.map((caption) => {
      const ids = tokenizer.ids(caption);
      return { caption, count: ids.length, ids: ids.join(" ") };
    }),
  };
}

/** How captions of a set are spread: how many, how long, how often the same. */
export function captionTable({ name, records }: DataSet): Table {
  const all = records.flatMap(({ captions }) => captions);
  const words = all.map((caption) => caption.split(/\s+/).length).sort((a, b) => a - b);
  const rows = [
    ["captions", all.length],
    ["different captions", new Set(all).size],
    ["products", new Set(records.map(({ product }) => product)).size],
    ["words in a caption: least", words[0]],
    ["words in a caption: median", words[Math.floor(words.length / 2)]],
    ["words in a caption: most", words.at(-1)],
  ].map(([what, count]) => ({ what: String(what), count: Number(count) }));
  return {
    title: `Captions of ${name}`,
    note: "",
    columns: [
      { key: "what", title: "", align: "left", format: "text" },
      { key: "count", title: "number", align: "right", format: { digits: 0 } },
    ],
    rows,
  };
}

/** Test pictures above what the autoencoder makes of them, and the PSNR in dB over all of them. */
export async function roundTrip(
  model: Model,
  set: DataSet,
  { count = 8, seed = 0 } = {},
): Promise<{ readonly picture: Uint8Array; readonly psnr: number }> {
  const records = evaluationRecords(set, "test"), { imageSize: size } = model.config;
  const order = stream(seed, "round-trip").permutation(records.length).subarray(0, count);
  const pixels = await loadPixels(Array.from(order, (i) => records[i]!), size);
  const again = await decodeLatents(model, await encodeLatents(model, pixels));
  // Pixels span 2, from −1 to 1.
  const error = pixels.reduce((sum, x, i) => sum + (x - again[i]!) ** 2, 0) / pixels.length;
  const picture = await labelledGrid(joinTiles([toTiles(pixels, size), toTiles(again, size)]), {
    columns: order.length,
    scale: Math.max(1, 96 / size),
    rowLabels: ["picture", "decoded latents"],
  });
  return { picture, psnr: 10 * Math.log10(4 / error) };
}
