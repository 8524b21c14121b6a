/** Kill -9 at random moments of a study, started again each time, until it is finished. */
import { type Progress, type Stream, stream } from "../../runtime/mod.ts";
import {
  differing,
  hasTrace,
  numbersOf,
  removeStudy,
  startStudy,
  studyWords,
  undisturbed,
} from "./study_process.ts";

/** What a hundred kills did. */
export interface KillFigures {
  readonly kills: number;
  /** Studies that were finished in spite of them, and how often one was started again. */
  readonly studies: number;
  readonly starts: number;
  readonly runs: number;
  /** Runs and tables whose numbers are others than those of a study that nobody disturbed. */
  readonly different: readonly string[];
}

/** The calm study, the disturbed one, and what each of them does. */
const CALM = "stress-calm", KILLED = "stress-killed";

/**
 * Kills processes of nano studies with two workers `kills` times, one at a time or the whole tree, and
 * goes on each time with the same command; needs Linux (/proc). Throws where a study that nobody kills
 * fails.
 */
export async function killStudies(
  kills: number,
  seeds: number,
  seed: number,
  line?: Pick<Progress, "step">,
): Promise<KillFigures> {
  const more = ["--rows", "A0,A1,A2,A3,A6", "--seeds", `${seeds}`, "--workers", "2"];
  const s = stream(seed, "stress", "kills");
  const expected = await undisturbed(CALM, more), different = new Set<string>();
  let killed = 0, studies = 0, starts = 0;
  await removeStudy(KILLED);
  while (killed < kills) {
    starts++;
    const { pid, ended } = startStudy(studyWords(KILLED, more));
    let over = false;
    const end = ended.then((how) => (over = true, how));
    while (!over && killed < kills) {
      await Promise.race([end, new Promise((done) => setTimeout(done, 200 + 5000 * s.uniform()))]);
      if (over || !killSome(pid, s)) continue;
      killed++;
      line?.step(killed);
    }
    const { code, said } = await end;
    if (code !== 0) {
      if (hasTrace(said)) {
        different.add(`a stack trace: ${said.slice(0, 500)}`);
      }
      continue;
    }
    for (const name of differing(expected, await numbersOf(KILLED))) different.add(name);
    studies++;
    await removeStudy(KILLED);
  }
  // What is left unfinished after the last kill is finished too.
  const last = await startStudy(studyWords(KILLED, more)).ended;
  if (last.code !== 0) throw new Error(`the study that was killed did not go on: ${last.said}`);
  for (const name of differing(expected, await numbersOf(KILLED))) different.add(name);
  const runs = (studies + 1) * 5 * seeds;
  await Promise.all([CALM, KILLED].map(removeStudy));
  return { kills, studies: studies + 1, starts: starts + 1, runs, different: [...different] };
}

/** Kills a process of the tree or, in one of three cases, all of it; false where nothing is left. */
function killSome(root: number, s: Stream): boolean {
  const tree = treeOf(root);
  const victims = s.uniform() < 1 / 3 ? tree : tree.length > 0 ? [s.pick(tree)] : [];
  const hit = victims.map((pid) => {
    try {
      Deno.kill(pid, "SIGKILL");
      return true;
    } catch {
      return false; // it has ended meanwhile
    }
  });
  return hit.includes(true);
}

/** A process and all that it started, itself first. */
function treeOf(pid: number): number[] {
  try {
    const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
    return [pid, ...children.split(" ").filter((one) => one !== "").flatMap((c) => treeOf(+c))];
  } catch {
    return [];
  }
}
