/** Options of commands that start from published checkpoints. */
import { type Command, Option } from "commander";
import { findPublished, type PublishedFolders } from "../weights/mod.ts";
import { count } from "./arguments.ts";

/** What these options give. */
export interface PublishedGiven {
  clip?: string;
  diffusion?: string;
  shared?: "clip" | "diffusion";
  variant?: string;
  imageSize?: number;
}

/** Adds the options. */
export function withPublished<C extends Command>(command: C): C {
  return command
    .option("--clip <folder>", "a published CLIP, as a folder or fetched repository")
    .option("--diffusion <folder>", "a published Stable Diffusion v1 pipeline, likewise")
    .addOption(
      new Option("--shared <which>", "whose text tower is shared, where the two differ")
        .choices(["clip", "diffusion"]),
    )
    .option("--variant <name>", "variant of the published files, such as fp16")
    .option("--image-size <pixels>", "side of the pictures; the pipeline's unless given", count);
}

/**
 * The folders to start from, as absolute paths; nothing where none are given.
 *
 * Throws where only one is given, or a folder is not there.
 */
export async function publishedOf(given: PublishedGiven): Promise<PublishedFolders | undefined> {
  const { clip, diffusion, shared, variant, imageSize } = given;
  const rest = Object.entries({ shared, variant, imageSize }).filter(([, value]) =>
    value !== undefined
  );
  if (clip === undefined && diffusion === undefined) {
    if (rest.length === 0) return undefined;
    throw new Error("--shared, --variant and --image-size belong to --clip and --diffusion");
  }
  if (clip === undefined || diffusion === undefined) {
    throw new Error(
      `--clip and --diffusion belong together, found ${
        clip === undefined ? "the second" : "the first"
      } alone`,
    );
  }
  return {
    clip: await findPublished(clip),
    diffusion: await findPublished(diffusion),
    ...Object.fromEntries(rest),
  };
}
