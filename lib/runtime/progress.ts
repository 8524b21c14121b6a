/** One line of progress with rate and time left, wherever the program runs. */
import cliProgress from "cli-progress";
import { display, inNotebook } from "./notebook.ts";

/** The progress of one job. */
export interface Progress {
  /** `done` units in all are done now (a count, not an increment); `note` stands behind the line. */
  step(done: number, note?: string): void;
  /** Ends the line. In a notebook it then reads the same in every run: no rates, no durations. */
  done(note?: string): Promise<void>;
}

/** Options of {@link progress}. */
export interface ProgressOptions {
  /** What is counted; "steps" unless given. */
  readonly unit?: string;
  /** Units that an earlier, resumed job had done already; they do not count for the rate. */
  readonly start?: number;
  /** Where to show it; found out unless given. */
  readonly where?: "terminal" | "lines" | "notebook" | "silent";
  /** Receives plain lines; standard error unless given. */
  readonly write?: (line: string) => void;
  /** Milliseconds of a steady clock; for tests. */
  readonly now?: () => number;
}

/**
 * Starts a progress line for a job of `total` units: a bar in a terminal, a line in a notebook that
 * updates in place, else (in a log file, in CI) a plain line at most every ten seconds.
 */
export function progress(total: number, label: string, options: ProgressOptions = {}): Progress {
  const { unit = "steps", start = 0, where = place() } = options;
  const now = options.now ?? (() => performance.now());
  const write = options.write ?? ((line: string) => console.error(line));
  const pace = pacer(total, start, unit, now);
  if (where === "silent") return { step: () => {}, done: () => Promise.resolve() };
  if (where === "terminal") return terminalBar(total, start, label, pace);
  if (where === "notebook") return notebookLine(total, label, unit, pace, now);
  return plainLines(total, label, unit, pace, now, write);
}

function place(): "terminal" | "lines" | "notebook" {
  if (inNotebook()) return "notebook";
  return Deno.stderr.isTerminal() ? "terminal" : "lines";
}

/** "4.2 steps/s, 1 min 10 s left" after a number of units; empty before there is a rate. */
type Pace = (done: number) => string;

function pacer(total: number, start: number, unit: string, now: () => number): Pace {
  const begin = now();
  return (done) => {
    const seconds = (now() - begin) / 1000, units = done - start;
    if (units <= 0 || seconds <= 0) return "";
    const rate = units / seconds, one = unit.replace(/s$/, "");
    const speed = rate >= 1 ? `${rate.toFixed(1)} ${unit}/s` : `${(1 / rate).toFixed(1)} s/${one}`;
    return `${speed}, ${duration((total - done) / rate)} left`;
  };
}

/** Seconds as people say them: "8 s", "1 min 10 s", "2 h 5 min". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds)), minutes = Math.floor(s / 60);
  if (minutes === 0) return `${s} s`;
  if (minutes < 60) return `${minutes} min ${s % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const join = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(", ");

function terminalBar(total: number, start: number, label: string, pace: Pace): Progress {
  const bar: Bar = new cliProgress.SingleBar({
    format: `${label} {bar} {value}/{total} {status}`,
    // Its own handler of Ctrl-C would keep the program running.
    gracefulExit: false,
    // Likewise nothing is switched off in the terminal that a killed program would leave off.
    hideCursor: false,
    linewrap: true,
    barsize: 16,
    fps: 4,
  }, cliProgress.Presets.shades_classic);
  bar.start(total, start, { status: "" });
  let last = start;
  return {
    step(done, note) {
      last = done;
      bar.update(done, { status: join(pace(done), note) });
    },
    done(note) {
      bar.update(last, { status: note ?? "" });
      bar.stop();
      return Promise.resolve();
    },
  };
}

/** The part of cli-progress's bar that is used; the package has no types. */
interface Bar {
  start(total: number, value: number, payload: Record<string, string>): void;
  update(value: number, payload: Record<string, string>): void;
  stop(): void;
}

/** Milliseconds between two plain lines, and between two updates in a notebook. */
const LINE_EVERY = 10_000, UPDATE_EVERY = 500;

function plainLines(
  total: number,
  label: string,
  unit: string,
  pace: Pace,
  now: () => number,
  write: (line: string) => void,
): Progress {
  const begin = now();
  let last = begin, reached = 0;
  return {
    step(done, note) {
      reached = done;
      if (now() - last < LINE_EVERY) return;
      last = now();
      write(`${label}: ${join(`${done}/${total} ${unit}`, pace(done), note)}`);
    },
    done(note) {
      const took = `in ${duration((now() - begin) / 1000)}`;
      write(`${label}: ${join(`done: ${reached}/${total} ${unit} ${took}`, note)}`);
      return Promise.resolve();
    },
  };
}

let lines = 0;

function notebookLine(
  total: number,
  label: string,
  unit: string,
  pace: Pace,
  now: () => number,
): Progress {
  const id = `unidiff-progress-${crypto.randomUUID()}-${lines++}`;
  // Updates go out one after the other, and none is left on its way when the cell ends.
  let sent: Promise<void> | undefined, last = -Infinity, reached = 0;
  const send = (text: string) => {
    const update = sent !== undefined;
    const bundle = { "text/plain": text };
    sent = (sent ?? Promise.resolve()).then(() => display(bundle, { id, update }));
    return sent;
  };
  return {
    step(done, note) {
      reached = done;
      if (now() - last < UPDATE_EVERY) return;
      last = now();
      send(`${label}: ${join(`${done}/${total} ${unit}`, pace(done), note)}`);
    },
    done: (note) => send(`${label}: ${join(`done: ${reached} ${unit}`, note)}`),
  };
}
