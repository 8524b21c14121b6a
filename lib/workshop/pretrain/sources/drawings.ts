/** Drawn garments and drawn things as two sources of pretraining. */
import { cacheFolder } from "../../../data/mod.ts";
import { drawnCorpus, drawnSeeds, withArticle } from "../../../drawn/mod.ts";
import { progress } from "../../../runtime/mod.ts";
import { chosenPictures, type Pictures, type Shows } from "../pictures.ts";

/** What a drawing's key (lib/drawn/draw.ts) says: things that have their own colour name none. */
export function readKey(key: string): Shows & { readonly gender?: string } {
  const [whose, kind = "", colour] = key.split("|");
  return {
    kind,
    ...(colour === undefined ? {} : { colour }),
    ...(whose === "product" ? {} : { gender: whose as string }),
    meaning: key,
  };
}

/** Whether a drawing's key is a thing's, not a garment's. */
export function isThing(key: string): boolean {
  return readKey(key).gender === undefined;
}

/**
 * Ways to say what a drawing shows: its own caption as often as the dense ones, which name kind and
 * colour and little else.
 */
export function drawnPhrasings(caption: string, key: string): string[] {
  const { kind, colour, gender } = readKey(key);
  const thing = colour === undefined ? kind : `${colour} ${kind}`;
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  if (gender === undefined) {
    const one = withArticle(thing);
    return [caption, caption, `${capital(one)}.`, `A photo of ${one}.`];
  }
  const people = gender === "man" ? "men" : "women";
  const one = /s$/.test(kind) && kind !== "dress" ? thing : withArticle(thing);
  return [caption, caption, `A ${gender} wearing ${one}.`, `${capital(thing)} for ${people}.`];
}

/** The drawings to train on as garments and things, at `size` pixels; shows progress. */
export async function drawnSources(
  count: number,
  size: number,
): Promise<{ garments: Pictures; things: Pictures }> {
  const line = progress(count, "drawing the corpus", { unit: "pictures" });
  const seed = drawnSeeds.training, cache = cacheFolder("drawn");
  const all = await drawnCorpus(count, { seed, size, cache, onDone: (n) => line.step(n) });
  await line.done();
  const phrasings = all.captions.map((text, i) => drawnPhrasings(text, all.keys[i] as string));
  const pictures = { ...all, count: all.n, phrasings, shows: all.keys.map(readKey) };
  const only = (things: boolean) =>
    chosenPictures(pictures, [...all.keys.keys()].filter((i) => isThing(all.keys[i]!) === things));
  return { garments: only(false), things: only(true) };
}
