/** A small file server on the loopback address that misbehaves as it is told. */

/** What a server does with one request; all is well where nothing is said. */
export interface Behaviour {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Closes the connection after so many bytes of the body. */
  readonly dropAfter?: number;
  /** Says nothing more after so many bytes. */
  readonly silentAfter?: number;
  /** Ignores a Range header. */
  readonly noRanges?: boolean;
  /** Sends other bytes than the file's. */
  readonly body?: Uint8Array<ArrayBuffer> | string;
  /** Leaves out the ETag. */
  readonly noEtag?: boolean;
}

/** A running server; `requests` are those that came. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: { method: string; path: string; headers: Headers }[];
}

/** Serves `file` for every path; request i behaves as `plan(i, path)` says. */
export function serveFile(
  file: Uint8Array<ArrayBuffer>,
  plan: (i: number, path: string) => Behaviour | Response,
): FileServer {
  const requests: FileServer["requests"] = [], closing = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: closing.signal,
    onListen: () => {},
  }, (request) => {
    const { method, headers, url } = request, { pathname, search } = new URL(url);
    requests.push({ method, path: pathname + search, headers });
    const told = plan(requests.length - 1, pathname + search);
    return told instanceof Response ? told : answer(file, headers, told, closing.signal);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server.finished;
    },
  };
}

function answer(
  file: Uint8Array<ArrayBuffer>,
  asked: Headers,
  b: Behaviour,
  closing: AbortSignal,
): Response {
  if (b.status !== undefined && b.status !== 200) {
    return new Response(b.body ?? "no", { status: b.status, headers: b.headers ?? {} });
  }
  const etag = '"v1"',
    whole = typeof b.body === "string" ? new TextEncoder().encode(b.body) : b.body ?? file;
  const range = /^bytes=(\d+)-/.exec(asked.get("range") ?? ""),
    same = asked.get("if-range") ?? etag;
  const from = range && !b.noRanges && same === etag ? Number(range[1]) : 0;
  const headers: Record<string, string> = { ...(b.noEtag ? {} : { etag }), ...b.headers };
  if (from > 0 && from >= whole.length) {
    return new Response("", {
      status: 416,
      headers: { "content-range": `bytes */${whole.length}` },
    });
  }
  const body = whole.subarray(from), end = b.dropAfter ?? b.silentAfter ?? body.length;
  if (from > 0) headers["content-range"] = `bytes ${from}-${whole.length - 1}/${whole.length}`;
  headers["content-length"] = String(body.length);
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const to = Math.min(end, at + 65536);
      if (to > at) controller.enqueue(body.slice(at, to));
      at = to;
      if (at < end) return;
      if (b.dropAfter !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.error(new Error("dropped on purpose"));
      } else if (b.silentAfter === undefined) controller.close();
      else await new Promise<void>((resolve) => closing.addEventListener("abort", () => resolve()));
    },
  });
  return new Response(stream, { status: from > 0 ? 206 : 200, headers });
}
