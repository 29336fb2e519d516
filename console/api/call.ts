// One call of the API on the host that sent this page.
import { type Credential, credential, mountOf } from '#console/session/credential.ts';
import { Problem, problemOf } from './problem.ts';
import { refused } from './refused.ts';

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly body?: object | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Who is about to sign in. Default: who has. */
  readonly as?: Credential;
}

type Method = 'GET' | 'POST' | 'DELETE';

/** path: below /v1, its parts encoded. Rejects with a Problem, and ends the session when the key or token is no longer taken. */
export async function call<Answer>(
  method: Method,
  path: string,
  { query, body, signal, as: held = credential.peek() }: CallOptions = {},
): Promise<Answer> {
  if (!held) throw new Problem(401, 'Nobody has signed in');
  const response = await fetch(`${mountOf(held.way)}/v1${path}${queryText(query)}`, {
    method,
    // A cookie of the same host is none of ours.
    credentials: 'omit',
    cache: 'no-store',
    headers: {
      authorization: `Bearer ${held.secret}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.ok) return response.json();
  const problem = await problemOf(response);
  // Somebody else may have signed in while the answer was under way.
  if (response.status === 401 && credential.peek() === held) refused.value = problem;
  throw problem;
}

function queryText(query: CallOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
