/** What can be fetched, from where, and what its users must agree to. */
import { join } from "@std/path";
import type { DownloadOptions } from "../../runtime/mod.ts";

/** A licence as it is shown before anything is fetched. */
export interface Licence {
  readonly name: string;
  /** Its text, or its main points with the address of the text. */
  readonly text: string;
}

/** How a source is fetched. */
export interface FetchOptions {
  /** The folder that gets a folder for each set. */
  readonly to: string;
  /** Which of the source's sets; all of them unless given. */
  readonly only?: readonly string[];
  readonly download?: Pick<DownloadOptions, "attempts" | "wait" | "silence">;
}

/** A data set, or several of one origin, that can be fetched. */
export interface Source {
  readonly name: string;
  /** The sets it becomes; the same as the name for most. */
  readonly sets: readonly string[];
  readonly title: string;
  /** What it is pinned to. */
  readonly version: string;
  /** Bytes that come over the line, about. */
  readonly bytes: number;
  readonly licence: Licence;
  /** Fetches and prepares it; → the folders of its sets. */
  fetch(options: FetchOptions): Promise<string[]>;
}

/** A data set that its makers give out themselves. */
export interface AskedSource {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  /** Where to ask, and how the files must lie. */
  readonly where: string;
  readonly format: string;
}

/**
 * A host's address, through a mirror where the environment variable UNIDIFF_MIRROR names one:
 * "https://example.org/x" is then looked for at `<mirror>/example.org/x`.
 */
export function mirrored(url: string, mirror = Deno.env.get("UNIDIFF_MIRROR")): string {
  if (mirror === undefined || mirror === "") return url;
  return `${mirror.replace(/\/+$/, "")}/${url.replace(/^https?:\/\//, "")}`;
}

/** Where what is fetched lies until a set is whole. */
export function partsFolder(to: string, source: string): string {
  return join(to, ".parts", source);
}
