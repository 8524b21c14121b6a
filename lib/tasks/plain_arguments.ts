/** Arguments of tasks that must work before any package is installed, or hand theirs on. */

/** What `--help` tells. */
export interface PlainHelp {
  readonly about: string;
  readonly usage?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** Options that are not named here go to another program. */
  readonly handsOn?: boolean;
}

/** The arguments; `--help` prints help and ends the process, anything unknown ends it with 2. */
export function plainArguments(
  task: string,
  { about, usage = "", options = {}, handsOn = false }: PlainHelp,
  words: readonly string[] = Deno.args,
): readonly string[] {
  const usageLine = `Usage: deno task ${task} ${usage || "[options]"}`;
  if (words.includes("--help") || words.includes("-h")) {
    const lines = Object.entries({ ...options, "-h, --help": "display this" })
      .map(([name, what]) => `  ${name.padEnd(12)}${what}`);
    console.log(`${usageLine}\n\n${about}\n\nOptions:\n${lines.join("\n")}`);
    Deno.exit(0);
  }
  const unknown = handsOn ? undefined : words.find((word) => !Object.hasOwn(options, word));
  if (unknown !== undefined) {
    console.error(`error: unknown argument '${unknown}'\n(--help explains the options)`);
    Deno.exit(2);
  }
  return words;
}
