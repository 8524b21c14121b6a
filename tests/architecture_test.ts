/** The walls of the house: which room may import which, through which door, and no circle anywhere. */
import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join, relative } from "@std/path";
import { projectFolder } from "unidiff/runtime/project.ts";

/** Rooms in the order of docs/architecture.md: each may import those before it. */
const rooms = await roomsOf(join(projectFolder, "docs", "architecture.md"));

/** Of a room, others import its `mod.ts`; set-up has a door of its own, which loads no package. */
const doors = new Set([
  ...rooms.filter((room) => room !== "tasks").map((room) => `lib/${room}/mod.ts`),
  "lib/runtime/setup/mod.ts",
]);

const imports = await importsOf(["lib", "notebooks/lessons"]);

Deno.test("lib/ has the rooms that docs/architecture.md shows, twelve at most", async () => {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(projectFolder, "lib"))) {
    if (isDirectory) found.push(name);
  }
  assert.deepEqual(found.sort(), [...rooms].sort());
  assert.ok(rooms.length <= 12, `${rooms.length} rooms`);
});

Deno.test("no arrow against the order of the rooms, none past a door", () => {
  const wrong: string[] = [];
  for (const [from, targets] of imports) {
    for (const to of targets) {
      const [a, b] = [roomOf(from), roomOf(to)];
      if (from.startsWith("lib/") && to.startsWith("notebooks/")) wrong.push(`${from} → ${to}`);
      if (b === undefined || a === b) continue;
      // lib/mod.ts and notebooks stand outside of all rooms.
      const order = a === undefined || rooms.indexOf(b) < rooms.indexOf(a);
      if (!order || !doors.has(to)) wrong.push(`${from} → ${to}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("no circle between files", () => {
  assert.deepEqual(circles(imports), []);
});

Deno.test("circles() finds a circle, and only what lies on it", () => {
  const graph = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]], ["d", ["a", "d"]]]);
  assert.deepEqual(circles(graph), [["b", "c"], ["d"]]);
});

Deno.test("a door is one screen", async () => {
  for (const door of doors) {
    const lines = (await Deno.readTextFile(join(projectFolder, door))).split("\n").length;
    assert.ok(lines <= 120, `${door}: ${lines} lines`);
  }
});

/** The room of a path such as "lib/data/load.ts"; undefined for what is in none. */
function roomOf(path: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(path)?.[1];
}

/** The names in the page's list of rooms, lines such as "    lib/data/   records …". */
async function roomsOf(page: string): Promise<string[]> {
  const text = await Deno.readTextFile(page);
  return [...text.matchAll(/^ {4}lib\/([a-z]+)\/ /gm)].map(([, room]) => room as string);
}

/** What each of the project's modules in `folders` imports of its others, types and lazy ones too. */
async function importsOf(folders: readonly string[]): Promise<Map<string, string[]>> {
  const all: string[] = [];
  for (const folder of folders) await walk(join(projectFolder, folder), all);
  const list = await Deno.makeTempFile({ dir: projectFolder, prefix: ".modules-", suffix: ".ts" });
  try {
    const lines = all.map((path) => `import ${JSON.stringify(pathToFileURL(path).href)};\n`);
    await Deno.writeTextFile(list, lines.join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", list],
      cwd: projectFolder,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    interface Dependency {
      code?: { specifier?: string };
      type?: { specifier?: string };
    }
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
      modules: { specifier: string; dependencies?: Dependency[] }[];
    };
    const nameOf = (url: string) => relative(projectFolder, fileURLToPath(url));
    const own = (url: string | undefined): url is string =>
      url !== undefined && url.startsWith("file:") &&
      folders.some((folder) => nameOf(url).startsWith(`${folder}/`)) &&
      !nameOf(url).startsWith("lib/runtime/std_path/"); // @std/path, linked in deno.json
    return new Map(
      modules.filter(({ specifier }) => own(specifier)).map(({ specifier, dependencies = [] }) => [
        nameOf(specifier),
        [
          ...new Set(
            dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier])
              .filter(own).map(nameOf),
          ),
        ],
      ]),
    );
  } finally {
    await Deno.remove(list);
  }
}

async function walk(folder: string, found: string[]): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await walk(path, found);
    else if (name.endsWith(".ts")) found.push(path);
  }
}

/** The sets of modules that reach each other (Tarjan 1972), each sorted; a module of its own import too. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>(), low = new Map<string, number>();
  const stack: string[] = [], found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node)!, low.get(next)!));
      } else if (stack.includes(next)) {
        low.set(node, Math.min(low.get(node)!, index.get(next)!));
      }
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node)).sort();
    if (circle.length > 1 || graph.get(node)?.includes(node)) found.push(circle);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found.sort();
}
