/** Who does the runs of a study: processes of this machine, or tasks of a cluster. */
import { pause, type Progress } from "../runtime/mod.ts";
import { describeLook, type Look, type RunWatch } from "./watch.ts";

/**
 * Starts processes that take runs of a study, tells how they are, stops them. What they did stands in
 * the run folders and nowhere else.
 */
export interface Engine {
  /** Seconds between two questions for the state. */
  readonly every: number;
  /** Sees to it that there are processes for so many runs, as many as were asked for at most. */
  submit(runs: number): Promise<void>;
  state(): Promise<Processes>;
  /** Asks the processes to stop at their next step, each with a checkpoint. */
  stop(): Promise<void>;
}

/** The processes of an engine that have not ended. */
export interface Processes {
  readonly running: number;
  /** Those that have no machine yet. */
  readonly waiting: number;
  /** Why they wait, in the cluster's words. */
  readonly reason?: string;
}

/** "4 tasks running, 12 waiting (Priority)" */
export function describeProcesses({ running, waiting, reason }: Processes): string {
  const why = reason === undefined ? "" : ` (${reason})`;
  return `${running} ${running === 1 ? "task" : "tasks"} running` +
    (waiting > 0 ? `, ${waiting} waiting${why}` : "");
}

/** Questions in a row that an engine may leave unanswered. */
const MOST_FAILURES = 20;

/** How {@link followRuns} follows. */
export interface FollowOptions {
  readonly line: Progress;
  /** Asked between two looks. */
  readonly shouldLeave?: () => boolean;
  /** Words on the processes that are shown beside those on the runs. */
  readonly describe?: (state: Processes) => string;
}

/**
 * Shows how far runs are until each is finished or failed, or no process is left; returns the last
 * look. Throws what the engine says where it fails twenty times in a row.
 */
export async function followRuns(
  engine: Engine,
  watch: RunWatch,
  { line, shouldLeave = () => false, describe = () => "" }: FollowOptions,
): Promise<Look> {
  for (let failures = 0;;) {
    // A controller that is busy or begins anew answers again soon; the tasks do not need it.
    const state = await engine.state().catch((error: Error) => {
      if (++failures >= MOST_FAILURES) throw error;
      return error;
    });
    const look = await watch.look(), answered = !(state instanceof Error);
    if (answered) failures = 0;
    const said = answered ? describe(state) : `no answer, asking again: ${state.message}`;
    line.step(look.done, [describeLook(look), said].filter(Boolean).join("; "));
    const settled = look.finished + look.failed.length === look.total;
    const gone = answered && state.running + state.waiting === 0;
    if (settled || gone || shouldLeave()) return look;
    await pause(engine.every);
  }
}
