/**
 * What a task may do: the least that it works with. docs/security.md says what that holds and what not.
 *
 * Loads no package, for it runs before each task.
 */
import { DELIMITER, dirname, isAbsolute, join, resolve } from "@std/path";
import {
  findProgram,
  LIBC_PATHS,
  projectFolder,
  systemLibraryFolders,
} from "../runtime/setup/mod.ts";
import { env, hosts, sys } from "./rights_named.ts";

/** Rights by kind: paths, programs, hosts, names. An empty list is none at all. */
export interface Rights {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly run: readonly string[];
  readonly net: readonly string[];
  /** Libraries, or folders of them, that may be loaded. */
  readonly ffi: readonly string[];
  /** Everything: of a task that kills processes on purpose. */
  readonly all?: true;
}

/** What a kind of task adds to what all may do. */
interface Kind {
  /** Options, or the numbers of arguments counted from the end, that name what is written. */
  readonly writes?: readonly (string | number)[];
  readonly more?: (words: readonly string[]) => Partial<Rights>;
}

const inProject = (...parts: string[]) => join(projectFolder, ...parts);
const found = (...names: string[]) =>
  names.map((name) => findProgram(name)).filter((path) => path !== undefined);
const slurm = () => found("sbatch", "squeue", "scancel", "scontrol", "sacct");
const gpu = () => found("nvidia-smi");
const python = () => [inProject(".venv", "bin", "python")];
/** Where temporary folders are made. */
const temporary = () => Deno.env.get("TMPDIR") ?? "/tmp";
const searched = () => (Deno.env.get("PATH") ?? "").split(DELIMITER).filter((path) => path !== "");

/** The value of an option, given as two words or with "=". */
function valueOf(words: readonly string[], option: string): string | undefined {
  const at = words.findLastIndex((word) => word === option || word.startsWith(`${option}=`));
  if (at < 0) return undefined;
  return words[at] === option ? words[at + 1] : words[at]!.slice(option.length + 1);
}

const many: Kind = {
  more: (words) => ({
    run: [
      // Workers are processes of Deno, each started with the rights of a worker.
      ...(Number(valueOf(words, "--workers") ?? 1) > 1 ? [Deno.execPath()] : []),
      ...(words.some((word) => word === "slurm" || word === "--engine=slurm") ? slurm() : []),
    ],
  }),
};

/** Every task that `deno task` starts, and the processes that these start. */
export const tasks: Readonly<Record<string, Kind>> = {
  reproduce: {
    more: (words) => ({
      run: [
        ...many.more!(words).run!,
        ...(words.includes("--no-notebooks") ? [] : python()),
      ],
    }),
  },
  tune: many,
  worker: {},
  cluster_task: {},
  finetune: {},
  evaluate: { writes: ["--output"] },
  generate: { writes: ["--output"] },
  search: { writes: ["--output"] },
  report: { writes: ["--pack"] },
  drawn: { writes: ["--output"] },
  parity: { writes: ["--json"] },
  study: { more: () => ({ run: slurm() }) },
  pack: {
    writes: ["--out"],
    more: (words) => ({
      read: [Deno.execPath()],
      write: valueOf(words, "--out") === undefined ? [Deno.cwd()] : [],
      run: found("git", "tar"),
    }),
  },
  pretrain: {
    writes: ["--out", "--work"],
    // Deno itself fetches the packages with pictures, in a process of its own.
    more: () => ({ write: [inProject("data", "mini")], run: [Deno.execPath()] }),
  },
  fullsize: {
    writes: ["--folder"],
    more: () => ({ run: [Deno.execPath()] }),
  },
  fullsize_row: {
    // The folder of weights is written beside itself first, then renamed.
    more: (words) => ({ write: [dirname(resolve(words.at(-2) ?? "")), temporary()] }),
  },
  bench: {
    more: (words) => {
      const torch = valueOf(words, "--vs-pytorch"), output = valueOf(words, "--output");
      const run = [Deno.execPath(), ...(torch === undefined ? [] : [resolve(torch)])];
      // Several files whose names begin with what is given, in a folder that may be new.
      const beside = output === undefined ? [] : [dirname(resolve(output))];
      return { run, read: [temporary()], write: [temporary(), ...beside] };
    },
  },
  bench_worker: { more: () => ({ read: [temporary()], write: [temporary()] }) },
  weights: {
    more: (words) => {
      if (words[0] === "get") return { write: [hubFolder()], net: hosts.hub() };
      if (!/^(convert|export)$/.test(words[0] ?? "")) return {};
      // What is written stands last, but for options, and is written beside itself first.
      const plain = words.filter((word, i) =>
        !word.startsWith("-") && !words[i - 1]?.startsWith("--")
      );
      return plain.length > 1 ? { write: [dirname(resolve(plain.at(-1)!))] } : {};
    },
  },
  data: {
    writes: ["--output", "--to"],
    more: (words) =>
      words[0] === "get" ? { write: [inProject("datasets")], net: hosts.data() } : {},
  },
  notebooks: {
    more: (words) => ({
      run: python(),
      write: words.includes("--keep") ? [inProject("notebooks")] : [],
    }),
  },
  open: { more: () => ({ run: found("xdg-open", "open", "cmd"), read: searched() }) },
  doctor: {
    more: () => ({ read: [...searched(), "/proc/driver/nvidia", ...systemLibraryFolders()] }),
  },
  lab: { more: () => ({ run: [inProject(".venv", "bin", "jupyter")] }) },
  test: { more: () => ({ run: [Deno.execPath()] }) },
  stress: { more: () => ({ all: true }) },
};

/** The rights of a task with these arguments; throws where there is no such task. */
export function rightsOf(task: string, words: readonly string[]): Rights {
  const kind = Object.hasOwn(tasks, task) ? tasks[task]! : undefined;
  if (kind === undefined) {
    throw new Error(`task "${task}" is not known; expected one of ${Object.keys(tasks)}`);
  }
  const named = [...pathsIn(words), ...pathsOfStudies(words)];
  const written = (kind.writes ?? []).flatMap((place) => {
    const value = typeof place === "string" ? valueOf(words, place) : words.at(place);
    return value === undefined || value.startsWith("-") ? [] : [resolve(value)];
  });
  // A file is written beside itself first, then renamed.
  const writtenTo = written.map((path) => /\.\w+$/.test(path) ? dirname(path) : path);
  const { read = [], write = [], run = [], net = [], ffi = [], all } = kind.more?.(words) ?? {};
  const writes = [inProject("results"), inProject(".cache"), ...writtenTo, ...write];
  return {
    read: unique([
      ...[projectFolder, ...dataFolders(), hubFolder(), ...named, ...read, ...writes],
      ...["/proc/self/ns/pid", "/usr/bin/ldd"],
    ]),
    write: unique(writes),
    run: unique([...gpu(), ...run]),
    net: unique(net),
    ffi: unique([...libraries(), ...LIBC_PATHS, ...ffi]),
    ...(all ? { all } : {}),
  };
}

/** Rights as options of `deno run`. What is not named is refused without a question. */
export function flagsOf({ read, write, run, net, ffi, all }: Rights): string[] {
  if (all) return ["--no-prompt", "--allow-all"];
  // A comma within a path is written twice.
  const list = (name: string, values: readonly string[]) =>
    values.length === 0
      ? []
      : [`--allow-${name}=${values.map((value) => value.replaceAll(",", ",,")).join(",")}`];
  return [
    // Nothing is fetched as code either, and other variables look as if they were not set.
    ...["--no-prompt", "--no-remote", "--ignore-env"],
    ...list("read", read),
    ...list("write", write),
    ...list("run", run),
    ...list("net", net),
    ...(net.some((host) => host.startsWith("*.")) ? ["--unstable-subdomain-wildcards"] : []),
    ...list("ffi", ffi),
    ...list("env", env),
    ...list("sys", sys),
  ];
}

/** What start.ts itself runs with, as deno.json says too. */
export const STARTER = [
  "run",
  "--no-prompt",
  "--allow-read",
  "--allow-env",
  "--allow-run",
] as const;

/** Arguments of `deno` that start a part of the project as what it is in {@link tasks}. */
export function commandOf(task: string, script: string, words: readonly string[]): string[] {
  const config = inProject("deno.json");
  return ["run", "--config", config, ...flagsOf(rightsOf(task, words)), script, ...words];
}

const unique = (values: readonly string[]) => [...new Set(values)];

/** Where native libraries lie; node_modules may be a link. */
function libraries(): string[] {
  const folder = inProject("node_modules");
  try {
    return [folder, Deno.realPathSync(folder)];
  } catch {
    return [folder]; // not installed yet
  }
}

/** The folder of UNIDIFF_DATA, from here and from the project. */
function dataFolders(): string[] {
  const wanted = Deno.env.get("UNIDIFF_DATA");
  return wanted ? [resolve(wanted), resolve(projectFolder, wanted)] : [];
}

/** Where fetched repositories lie; see lib/weights/hub_cache.ts. */
function hubFolder(): string {
  const own = Deno.env.get("UNIDIFF_CACHE"), hub = Deno.env.get("HF_HUB_CACHE");
  const home = Deno.env.get("HF_HOME");
  if (own) return resolve(own, "hub");
  if (hub) return resolve(hub);
  return home ? resolve(home, "hub") : inProject(".cache", "hub");
}

/**
 * What of the words may be a path: itself, what stands behind "=", parts between commas, before "#".
 * One that is not there counts too, for the task is to say so.
 */
function pathsIn(words: readonly string[]): string[] {
  const parts = words.flatMap((word) => [word, word.replace(/^--?[\w-]+=/, "")])
    .flatMap((word) => [word, ...word.split(",")])
    .flatMap((word) => [word, word.split("#")[0]!]);
  const mayBe = (part: string) =>
    part !== "" && !/^-|^\d+$|^[{[]|\n/.test(part) && (exists(part) || !/\s/.test(part));
  return unique(parts).filter(mayBe).map((part) => resolve(part));
}

/** Data and weights that the studies among the words name by path. */
function pathsOfStudies(words: readonly string[]): string[] {
  const studies = ["main", "full", ...words.map((word) => word.replace(/^--output=/, ""))];
  const folders = studies.flatMap((name) => [resolve(name), dirname(resolve(name))])
    .concat(studies.map((name) => inProject("results", name)));
  return folders.flatMap((folder) => [
    ...settingPaths(readJson(join(folder, "study.json"))),
    ...settingPaths(readJson(join(folder, "plan.json"))),
  ]);
}

/** Absolute paths, and paths from here, that lie anywhere in a setting and exist. */
export function settingPaths(value: unknown): string[] {
  if (typeof value === "string") {
    const path = value.split("#")[0]!;
    return isAbsolute(path) || path.startsWith(".") ? pathsIn([value]) : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(settingPaths);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch {
    return undefined;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
