/** Icons of an iconify package, as SVG. */
import { type Package, packagedJson } from "./packages.ts";

interface Icon {
  readonly body: string;
  readonly width?: number;
  readonly height?: number;
}

/** An icons.json of the iconify JSON packages, as far as it is used. */
export interface IconSet {
  readonly width?: number;
  readonly height?: number;
  readonly icons: Readonly<Record<string, Icon>>;
  readonly aliases?: Readonly<Record<string, { readonly parent: string }>>;
}

/** The set of a fetched package. */
export function iconSet(name: Package): Promise<IconSet> {
  return packagedJson<IconSet>(name, "icons.json");
}

/** The names of a set's icons, other names of the same picture included. */
export function iconNames({ icons, aliases = {} }: IconSet): string[] {
  // An alias that turns or mirrors its parent is another picture.
  const same = Object.entries(aliases).filter(([, alias]) => Object.keys(alias).length === 1);
  return [...Object.keys(icons), ...same.map(([name]) => name)];
}

/** The icon as an SVG document whose `currentColor` is `colour`; undefined where there is none. */
export function iconSvg(set: IconSet, name: string, colour = "#000"): string | undefined {
  const icon = set.icons[name] ?? set.icons[set.aliases?.[name]?.parent ?? ""];
  if (!icon) return undefined;
  const width = icon.width ?? set.width ?? 16, height = icon.height ?? set.height ?? 16;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
    `width="256" height="256" viewBox="0 0 ${width} ${height}" color="${colour}">` +
    `${icon.body.replaceAll("currentColor", colour)}</svg>`;
}
