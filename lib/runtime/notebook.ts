/** Deno's notebook kernel: whether this runs in one, and putting an output into a cell. */

/** What a notebook stores of an output: a text for each MIME type, the richest is shown. */
export type MimeBundle = Record<string, unknown>;

/** The part of Deno's kernel interface that is used. */
interface Kernel {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
}

/**
 * Milliseconds to wait after each output. Kernels from Deno 2.8.2 on drain outputs later and under
 * whichever cell is then current, and lose those that come just before the end of a cell.
 */
const SETTLE = 60;

/** Deno's notebook kernel; undefined outside a notebook. */
export function kernel(): Kernel | undefined {
  try {
    // The getter throws outside `deno jupyter`.
    const found = (Deno as unknown as { jupyter?: Kernel }).jupyter;
    return typeof found?.broadcast === "function" ? found : undefined;
  } catch {
    return undefined;
  }
}

// Deno starts its kernel with all rights; what a notebook shows needs neither network nor programs.
if (kernel() !== undefined) {
  for (const name of ["net", "run"] as const) Deno.permissions.revokeSync({ name });
}

/** Whether this runs in a cell of a Deno notebook. */
export function inNotebook(): boolean {
  return kernel() !== undefined;
}

/** Shows a MIME bundle in a notebook; with an `id` it can be replaced, by a later call or `update`. */
export async function display(
  data: MimeBundle,
  { id, update = false }: { id?: string; update?: boolean } = {},
): Promise<void> {
  await kernel()?.broadcast(update ? "update_display_data" : "display_data", {
    data,
    metadata: {},
    transient: id === undefined ? {} : { display_id: id },
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
}
