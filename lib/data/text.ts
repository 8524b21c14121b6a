/** Text of data sets: UTF-8, or UTF-16 with its mark; anything else is a fault that is told, not a guess. */

/** Bytes that are no text; the message names the byte and the way out. */
export class NotText extends Error {}

/** The text of a file; throws {@link NotText} with the file's name. */
export async function readText(path: string): Promise<string> {
  return textOf(await Deno.readFile(path), path);
}

/** The text of the bytes of the file at `path`, likewise. */
export function textOf(bytes: Uint8Array, path: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    if (error instanceof NotText) throw new NotText(`${path}: ${error.message}`);
    throw error;
  }
}

/** The text of bytes, without a mark at the start; `at` is where they begin in their file. */
export function decodeText(bytes: Uint8Array, at = 0): string {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe
    ? "utf-16le"
    : a === 0xfe && b === 0xff
    ? "utf-16be"
    : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const place = firstFault(bytes, encoding), found = bytes[place] ?? 0;
    throw new NotText(
      `byte ${at + place} (0x${
        found.toString(16).padStart(2, "0")
      }) is no ${encoding.toUpperCase()}, ` +
        "expected UTF-8, or UTF-16 with a byte order mark; of a file that Windows saved as ANSI: " +
        "iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW",
    );
  }
}

/** The first byte that cannot be decoded, by halves. */
function firstFault(bytes: Uint8Array, encoding: string): number {
  let good = 0, bad = bytes.length;
  const isText = (length: number) => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, length), {
        stream: true,
      });
      return true;
    } catch {
      return false;
    }
  };
  if (isText(bytes.length)) return Math.max(0, bytes.length - 1); // it ends within a character
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isText(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Control characters but tab and line ends, and halves of characters: no caption has them. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;

/** What is wrong with a text that was decoded, or undefined. */
export function textFault(text: string): string | undefined {
  const found = CONTROL.exec(text);
  if (found !== null) {
    const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    const utf16 = code === "0000" ? " (UTF-16 without a byte order mark looks like this)" : "";
    return `holds the control character U+${code}${utf16}, expected plain text`;
  }
  if (text.isWellFormed()) return undefined;
  return "holds half of a character (a lone surrogate), expected plain text";
}
