/** A text as part of a file's name: lower-case letters, digits and "-", at most 40 of them. */
export function slug(text: string): string {
  const plain = text.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 40);
  return plain.replace(/^-+|-+$/g, "") || "untitled";
}
