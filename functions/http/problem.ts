// Every answer that is not a success, as problem details (RFC 9457). All kinds of problems stand in one table.
import type { Fault } from './fault.ts';

/** retryAfterSeconds: after how many the same call may succeed; sent as Retry-After. */
type Kind = readonly [status: number, title: string, retryAfterSeconds?: number];

/** All kinds of problems. Callers' programs go by the kind, so its name never changes. */
export const problemTitles = {
  'invalid-request': [400, 'The request is not valid HTTP'],
  'invalid-parameter': [400, 'A header or query parameter is not valid'],
  'unreadable-body': [400, 'The body is not readable JSON'],
  unauthenticated: [401, 'A valid API key is needed'],
  'status-token-invalid': [401, 'The status token is not valid'],
  'status-token-foreign': [401, 'The status token is for another message'],
  'status-token-expired': [401, 'The status token has expired'],
  'origin-not-allowed': [403, 'Calls from this origin are not allowed'],
  'scope-missing': [403, 'The caller lacks the scope for this'],
  'type-not-allowed': [403, 'The caller may not enqueue this message type'],
  'option-not-allowed': [403, 'The caller may not give this option'],
  'not-found': [404, 'Not found'],
  'not-recorded': [404, 'Nothing is recorded of the message yet'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'id-conflict': [409, 'The id belongs to another request'],
  'idempotency-conflict': [409, 'The idempotency key belongs to another payload'],
  'chord-ended': [409, 'The chord takes no messages any more'],
  'schedule-not-run': [409, 'This code cannot run the schedule'],
  // As the draft of the Idempotency-Key header has it for a first request that is still under way.
  'idempotency-in-progress': [
    409,
    'The idempotency key is held by a transaction that is still open',
    1,
  ],
  'body-too-large': [413, 'The body is too large'],
  'payload-too-large': [413, 'The payload is too large'],
  'unsupported-media-type': [415, 'The body must be application/json'],
  'unknown-type': [422, 'The message type is not known'],
  'invalid-message': [422, 'The message is not valid'],
  'invalid-body': [422, 'The body is not valid'],
  'queue-full': [429, 'A queue is full', 60],
  'too-many-unknown-keys': [429, 'Too many calls with unknown API keys', 5],
  unexpected: [500, 'Unexpected error'],
  'database-away': [503, 'The database is away', 5],
  'database-busy': [503, 'The database is busy', 5],
  'database-read-only': [503, 'The database takes no writes', 10],
  'database-full': [503, 'The disk of the database is full', 60],
  'too-slow': [503, 'The call took too long', 5],
  'database-misconfigured': [503, 'The database is not set up for this', 60],
  'database-unmigrated': [503, 'The database is not migrated', 60],
} as const satisfies Record<string, Kind>;

export type ProblemKind = keyof typeof problemTitles;

export interface Problem {
  readonly kind: ProblemKind;
  /** A sentence with what was expected and what was got, without secrets and payloads. */
  readonly detail: string;
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer for a problem. By the `requestId` that it carries, the request's log lines are found. */
export function problemResponse(problem: Problem, requestId: string): Response {
  const { kind, detail, errors, headers } = problem;
  const [status, title, retryAfterSeconds]: Kind = problemTitles[kind];
  const type = `urn:millrace:problem:${kind}`;
  return new Response(JSON.stringify({ type, title, status, detail, requestId, errors }), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...headers,
    },
  });
}
