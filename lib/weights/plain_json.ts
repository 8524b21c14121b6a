/** What JSON.parse lets pass and a file of offsets must not hold, and values in messages. */

/** A value in one short line for a message, however deep, long or strange it is. */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = "something nested too deeply to show"; // JSON.stringify recurses, JSON.parse does not
  }
  return text.length > 90 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
}

/**
 * Refuses, in text that is known to be JSON, a key that one object has twice, of which JSON.parse
 * silently keeps the last, and a number that is not written in plain digits (1.0, 1e3, −0), which
 * JSON.parse may round.
 */
export function checkPlain(text: string, fail: (message: string) => never): void {
  /** For each open bracket the keys of its object, or nothing for a list. */
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '"') {
      const end = endOfString(text, i);
      const keys = open.at(-1);
      if (isKey && keys) {
        const key = JSON.parse(text.slice(i, end)) as string;
        if (keys.has(key)) fail(`${shown(key)} is listed twice, expected once`);
        keys.add(key);
      }
      i = end - 1;
      isKey = false;
    } else if (c === "{") {
      open.push(new Set());
      isKey = true;
    } else if (c === "[") {
      open.push(undefined);
    } else if (c === "}" || c === "]") {
      open.pop();
    } else if (c === ",") {
      isKey = open.at(-1) !== undefined;
    } else if (c === "-" || (c >= "0" && c <= "9")) {
      const number = /[-+.eE0-9]+/y;
      number.lastIndex = i;
      const digits = number.exec(text)?.[0] ?? c;
      if (!/^\d+$/.test(digits)) fail(`number ${shown(digits)}, expected plain digits`);
      i += digits.length - 1;
    }
  }
}

/** The place behind a string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

/**
 * JSON as Python writes it, which has `-Infinity` where a scheduler says so; it is read as text.
 *
 * Throws a SyntaxError like JSON.parse.
 */
export function parsePython(text: string): unknown {
  return JSON.parse(text.replace(/("\s*:\s*)(-?Infinity|NaN)(?=\s*[,}])/g, '$1"$2"'));
}
