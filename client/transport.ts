// How a call gets to the API: who calls, and what is repeated when it fails. Each call says itself whether it may be made twice.
import { exchange } from './exchange.ts';
import { pause, waitBefore } from './pause.ts';
import { MillraceProblem } from './problem.ts';

/** Where the API is, and who calls. */
export interface ClientOptions {
  /**
   * Where the API is, with the path of its way to call if it has one, such as `https://api.example.com/jwt`. Empty in a page that comes
   * from the same origin.
   */
  readonly url: string;
  /** An API key. For programs on servers: whoever sees a page can read all that it knows. */
  readonly key?: string;
  /** A JWT, or what gives the one that is valid now; it is asked before each try. */
  readonly token?: string | (() => string | Promise<string>);
  /** Further headers of each call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What makes the calls, such as one that signs them for AWS. Default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * For how long a call is tried again that may succeed later, in seconds; default 30. The last try begins within this time after the
   * first and is given up after 30 seconds. 0: one try.
   */
  readonly patienceSeconds?: number;
}

/** One call of the API. */
export interface Call {
  /** Default: GET, and POST with a body. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Lets the call outlive its page. Browsers allow it for bodies of 64 KiB in all. */
  readonly keepalive?: boolean;
  /** Whether a second call would do more than the first: it is made again only when the first has surely done nothing. */
  readonly isOnceOnly?: boolean;
}

/** Makes a call, and gives the JSON that answers it. Rejects with a MillraceProblem, or with the reason of the signal. */
export type Send = <Answer>(call: Call) => Promise<Answer>;

export function createTransport(options: ClientOptions): Send {
  const patienceMs = (options.patienceSeconds ?? 30) * 1000;
  const base = baseOf(options.url);
  return async <Answer>(call: Call) => {
    const startedAt = performance.now();
    for (let tries = 0; ; tries += 1) {
      call.signal?.throwIfAborted();
      try {
        return (await tryOnce(base, options, call)) as Answer;
      } catch (error) {
        if (!(error instanceof MillraceProblem) || !mayRepeat(call, error)) throw error;
        const waitMs = waitBefore(tries, error.retryAfterSeconds);
        if (performance.now() - startedAt + waitMs > patienceMs) throw error;
        await pause(waitMs, call.signal);
      }
    }
  };
}

/** Whether the problem may pass by itself: no answer, or one that says so. */
export const mayPass = ({ status, kind }: MillraceProblem): boolean =>
  [0, 429, 502, 503, 504].includes(status) || kind === 'idempotency-in-progress';

/** A call that was lost may have done its work. Of what the API answers, two problems promise that nothing was done. */
const mayRepeat = ({ isOnceOnly }: Call, problem: MillraceProblem): boolean =>
  isOnceOnly ? problem.status === 429 || problem.kind === 'database-busy' : mayPass(problem);

async function tryOnce(base: string, options: ClientOptions, call: Call): Promise<unknown> {
  const { path, query = {}, body, signal, keepalive = false } = call;
  const { fetch = globalThis.fetch } = options;
  return exchange(fetch, {
    url: base + path + queryText(query),
    method: call.method ?? (body === undefined ? 'GET' : 'POST'),
    // Made here, and not by fetch, whose complaint of a header would be taken for a failure of the network.
    headers: new Headers({
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(await authorization(options)),
      ...options.headers,
      ...call.headers,
    }),
    body: body === undefined ? undefined : JSON.stringify(body),
    ...{ keepalive, signal },
  });
}

/** Throws a TypeError when it is no URL, or a relative one where there is no page that it could be relative to. */
function baseOf(url: string): string {
  const { location }: { location?: { href: string } } = globalThis as object;
  return new URL(url || '/', location?.href).href.replace(/\/$/, '');
}

function queryText(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

async function authorization({ key, token }: ClientOptions): Promise<Record<string, string>> {
  const secret = (key ?? (typeof token === 'function' ? await token() : token))?.trim();
  if (!secret) return {};
  // What fetch says of such a header has the header in it.
  if (/[^\x21-\x7e]/.test(secret))
    throw new TypeError('The key or token has characters that none has');
  return { authorization: `Bearer ${secret}` };
}
