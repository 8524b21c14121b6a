import { fileURLToPath } from "node:url";
import { threadSettings } from "../../runtime/mod.ts";
import type { Answer, Request } from "./worker.ts";

/** A process that does units of work: ours on some backend, or PyTorch's. */
export interface Side {
  readonly name: string;
  /** What it computes with. */
  readonly about: string;
  /** Whether it computes on a graphics card. */
  readonly onGpu: boolean;
  /** Seconds from the start of the process to its first readiness. */
  readonly startUp: number;
  ask(request: Request): Promise<Answer>;
  end(): Promise<void>;
}

/** How a side is started. */
export interface SideCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Our side on a backend, as `start` says with which rights, with as many threads as asked for. */
export function ourSide(
  backend: string,
  start: (script: string) => readonly string[],
  threads?: number,
): SideCommand {
  return {
    name: backend,
    command: Deno.execPath(),
    args: start(fileURLToPath(new URL("./worker.ts", import.meta.url))),
    env: { UNIDIFF_BACKEND: backend, ...threadsOf(threads) },
  };
}

/**
 * PyTorch's side, run by the Python of an environment that has torch, diffusers and transformers; on
 * the card, with TF32 as TensorFlow has it, or on the processor.
 */
export function torchSide(python: string, onGpu: boolean, threads?: number): SideCommand {
  return {
    name: "PyTorch",
    command: python,
    args: [fileURLToPath(new URL("./peer.py", import.meta.url))],
    env: { UNIDIFF_BENCH_DEVICE: onGpu ? "cuda" : "cpu", ...threadsOf(threads) },
  };
}

function threadsOf(threads: number | undefined): Record<string, string> {
  if (threads === undefined) return {};
  return { ...threadSettings(threads), OMP_NUM_THREADS: String(threads) };
}

/** Starts a side; throws what it said where it does not come up. */
export async function startSide({ name, command, args, env = {} }: SideCommand): Promise<Side> {
  const started = performance.now();
  const child = new Deno.Command(command, {
    args: [...args],
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  const input = child.stdin.getWriter(), output = child.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const line = async (): Promise<Record<string, unknown>> => {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 1);
        // What libraries print is passed over.
        if (found.startsWith("{")) return JSON.parse(found);
        continue;
      }
      const { value, done } = await output.read();
      if (done) throw new Error(`${name} ended: ${(await said).trim().slice(-2000)}`);
      text += decoder.decode(value, { stream: true });
    }
  };
  const { about, gpu } = await line();
  return {
    name,
    about: String(about),
    onGpu: gpu === true,
    startUp: (performance.now() - started) / 1000,
    async ask(request) {
      await input.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
      const answer = await line();
      if (answer.error) throw new Error(`${name}, ${request.unit}: ${answer.error}`);
      return answer as unknown as Answer;
    },
    async end() {
      await input.close().catch(() => {});
      await child.status;
      await said;
    },
  };
}
