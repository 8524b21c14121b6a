/** Stopping a command at its next step. */

/** Whether a stop was asked for, and by which signal. */
export interface StopRequest {
  readonly asked: () => boolean;
  /** The exit code that tells of the signal, 128 + its number; 0 where none came. */
  readonly code: () => number;
  /** From now on signals end the process again. */
  readonly release: () => void;
}

/** Turns Ctrl-C (and SIGTERM) into a request to stop; a second one ends the process at once. */
export function stopOnSignal(): StopRequest {
  let code = 0;
  const listeners = ([["SIGINT", 130], ["SIGTERM", 143]] as const).map(([signal, exitCode]) => {
    const listener = () => {
      if (code !== 0) Deno.exit(exitCode);
      code = exitCode;
      console.error("\nstopping at the next step; once more to stop at once");
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  const release = () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
  return { asked: () => code !== 0, code: () => code, release };
}
