/** One GET request of a download: what its status means, and a body that may not fall silent. */

/** How to ask. */
export interface RequestOptions {
  /** Headers such as Authorization, for this host alone. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a byte after which a connection counts as dropped; 30 000 unless given. */
  readonly silence?: number;
  /** The longest pause in milliseconds that a server may ask for; 120 000 unless given. */
  readonly longestWait?: number;
  /** What to do about a 401 or 403, for its message. */
  readonly access?: string;
  /** Waits for some milliseconds; for tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** A transfer that failed: `again` says whether another attempt may help, `after` when (ms). */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  readonly again: boolean;
  readonly after: number | undefined;
  readonly status: number | undefined;

  constructor(
    message: string,
    { again = false, after, status }: {
      again?: boolean;
      after?: number | undefined;
      status?: number | undefined;
    } = {},
  ) {
    super(message);
    [this.again, this.after, this.status] = [again, after, status];
  }
}

/** A response whose body is read through `pieces`, or let go by `cancel`. */
export interface Answer {
  readonly response: Response;
  readonly pieces: AsyncGenerator<Uint8Array>;
  readonly cancel: () => Promise<void>;
}

/**
 * Asks for `url`. A status that is no success throws, except 416 where `from` is above 0.
 *
 * A redirect to another host does not get the Authorization header.
 */
export async function request(url: string, o: RequestOptions, from = 0): Promise<Answer> {
  const control = new AbortController(), { silence = 30_000 } = o;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(), silence);
  };
  const dropped = (error: unknown) =>
    new DownloadError(
      control.signal.aborted
        ? `${url}: no byte in ${silence / 1000} s`
        : `${url}: the connection failed (${reason(error)})`,
      { again: true },
    );
  alive();
  let response: Response;
  try {
    // Compressed on its way, a file would have another length than its Content-Length.
    const headers = { "accept-encoding": "identity", ...o.headers };
    response = await fetch(url, { headers, signal: control.signal });
  } catch (error) {
    clearTimeout(timer);
    throw dropped(error);
  }
  const cancel = async () => {
    clearTimeout(timer);
    await response.body?.cancel().catch(() => {});
  };
  if (!response.ok && !(response.status === 416 && from > 0)) {
    await cancel();
    throw refused(url, response, o);
  }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of response.body ?? []) {
        alive();
        yield piece;
      }
    } catch (error) {
      throw dropped(error);
    } finally {
      clearTimeout(timer);
      control.abort();
    }
  }
  return { response, pieces: pieces(), cancel };
}

/** What a status that is no success means. */
function refused(url: string, response: Response, o: RequestOptions): DownloadError {
  const { status } = response, said = `${url}: the server says ${status}`;
  if (status === 401 || status === 403) {
    const way = o.access ?? "it wants to know who asks";
    return new DownloadError(`${said} (no access); ${way}`, { status });
  }
  if (status === 404 || status === 410) {
    return new DownloadError(`${said} (no such file); check the name`, { status });
  }
  const again = status === 408 || status === 425 || status === 429 || status >= 500;
  if (!again) return new DownloadError(`${said}, expected 200`, { status });
  const after = retryAfter(response.headers.get("retry-after"));
  const { longestWait = 120_000 } = o;
  if (after !== undefined && after > longestWait) {
    return new DownloadError(`${said} and asks to wait ${Math.ceil(after / 1000)} s; try later`, {
      status,
    });
  }
  const meaning = status === 429 ? "too many requests" : "the server has trouble";
  return new DownloadError(`${said} (${meaning})`, { again: true, after, status });
}

/** Milliseconds that a Retry-After header asks for: seconds or a date. */
export function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The innermost reason of a failed fetch. */
function reason(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message : String(inner);
}
