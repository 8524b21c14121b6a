/**
 * The thread that writes the claims of a process anew every few seconds: a long computation does not
 * silence it. Each message is a claim to keep, or the path of one to let go.
 */
import { claimText, type Owner } from "./claim_file.ts";

/** A claim to keep. */
export interface Kept {
  readonly path: string;
  readonly owner: Owner;
}

const thread = self as unknown as {
  onmessage: (event: MessageEvent<Kept | string>) => void;
  postMessage(lost: string): void;
};
const timers = new Map<string, ReturnType<typeof setInterval>>();

thread.onmessage = ({ data }) => {
  if (typeof data === "string") return stop(data);
  let beat = 0;
  timers.set(data.path, setInterval(() => write(data, ++beat), 1000 * data.owner.every));
};

function write({ path, owner }: Kept, beat: number): void {
  try {
    // In its place: a name that another process gave away must not come back.
    using file = Deno.openSync(path, { write: true });
    file.writeSync(new TextEncoder().encode(claimText(owner, beat)));
  } catch (error) {
    // Whoever takes a claim over removes the file; all else may pass.
    if (!(error instanceof Deno.errors.NotFound)) return;
    stop(path);
    thread.postMessage(path);
  }
}

function stop(path: string): void {
  clearInterval(timers.get(path));
  timers.delete(path);
}
