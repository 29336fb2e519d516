// One request and its answer. Whatever is not a whole answer of the API becomes a problem.
import { MillraceProblem, type ProblemFault } from './problem.ts';

export interface Request {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly keepalive: boolean;
  readonly signal: AbortSignal | undefined;
}

/** API Gateway gives up after 30 seconds: who has not heard of it by then will not hear of it any more. */
const longestMs = 30_000;

const problemPrefix = 'urn:millrace:problem:';

/** Answers the JSON of the answer. Rejects with a problem, or with the signal's reason. */
export async function exchange(
  fetch: typeof globalThis.fetch,
  { url, signal: given, ...request }: Request,
): Promise<unknown> {
  const limit = AbortSignal.timeout(longestMs);
  const signal = given ? AbortSignal.any([given, limit]) : limit;
  try {
    // A caller's own fetch may look at whether there is a body.
    const { body, ...bare } = request;
    const init = body === undefined ? bare : { ...bare, body };
    const response = await fetch(url, { ...init, signal });
    const text = await response.text();
    // What is cut short, or not the API's at all, as behind a hotel's sign-in page, is no JSON.
    if (response.ok) return JSON.parse(text);
    throw problemOf(response, text);
  } catch (cause) {
    if (cause instanceof MillraceProblem) throw cause;
    given?.throwIfAborted();
    const detail = `No answer, or none that is whole, from ${new URL(url).host}`;
    throw new MillraceProblem({ status: 0, kind: 'no-answer', detail, cause });
  }
}

interface Told {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly errors?: readonly ProblemFault[];
}

function problemOf({ status, headers }: Response, text: string): MillraceProblem {
  const { type = '', title, detail, requestId, errors } = toldIn(text);
  return new MillraceProblem({
    ...{ status, title, requestId, errors },
    kind: type.startsWith(problemPrefix) ? type.slice(problemPrefix.length) : 'other',
    detail: detail ?? `The answer is ${status}, and not the API's own`,
    retryAfterSeconds: secondsOf(headers.get('retry-after')),
  });
}

/** Answers of gateways and proxies may be anything. */
function toldIn(text: string): Told {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** A proxy may give an instant instead of a number. */
function secondsOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const seconds = Number(retryAfter);
  const until = Number.isNaN(seconds) ? (Date.parse(retryAfter) - Date.now()) / 1000 : seconds;
  return Number.isNaN(until) ? undefined : Math.max(0, until);
}
