// Every answer that is not a success, as problem details (RFC 9457). All kinds of problems stand in one table.
import type { Fault } from './fault.ts';

interface Kind {
  readonly status: number;
  readonly title: string;
  /** After how many seconds the same call may succeed; sent as Retry-After. */
  readonly retryAfterSeconds?: number;
}

/** All kinds of problems. Callers' programs go by the kind, so its name never changes. */
export const problemTitles = {
  'invalid-request': { status: 400, title: 'The request is not valid HTTP' },
  'invalid-parameter': { status: 400, title: 'A header or query parameter is not valid' },
  'unreadable-body': { status: 400, title: 'The body is not readable JSON' },
  unauthenticated: { status: 401, title: 'A valid API key is needed' },
  'status-token-invalid': { status: 401, title: 'The status token is not valid' },
  'status-token-foreign': { status: 401, title: 'The status token is for another message' },
  'status-token-expired': { status: 401, title: 'The status token has expired' },
  'origin-not-allowed': { status: 403, title: 'Calls from this origin are not allowed' },
  'scope-missing': { status: 403, title: 'The caller lacks the scope for this' },
  'type-not-allowed': { status: 403, title: 'The caller may not enqueue this message type' },
  'option-not-allowed': { status: 403, title: 'The caller may not give this option' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'id-conflict': { status: 409, title: 'The id belongs to another message' },
  'idempotency-conflict': { status: 409, title: 'The idempotency key belongs to another payload' },
  'schedule-not-run': { status: 409, title: 'This code cannot run the schedule' },
  // As the draft of the Idempotency-Key header has it for a first request that is still under way.
  'idempotency-in-progress': {
    status: 409,
    title: 'The idempotency key is held by a transaction that is still open',
    retryAfterSeconds: 1,
  },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'payload-too-large': { status: 413, title: 'The payload is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'unknown-type': { status: 422, title: 'The message type is not known' },
  'invalid-message': { status: 422, title: 'The message is not valid' },
  'invalid-body': { status: 422, title: 'The body is not valid' },
  'queue-full': { status: 429, title: 'A queue is full', retryAfterSeconds: 60 },
  'too-many-unknown-keys': {
    status: 429,
    title: 'Too many calls with unknown API keys',
    retryAfterSeconds: 5,
  },
  unexpected: { status: 500, title: 'Unexpected error' },
  'database-away': { status: 503, title: 'The database is away', retryAfterSeconds: 5 },
  'database-busy': { status: 503, title: 'The database is busy', retryAfterSeconds: 5 },
  'database-read-only': {
    status: 503,
    title: 'The database takes no writes',
    retryAfterSeconds: 10,
  },
  'database-full': {
    status: 503,
    title: 'The disk of the database is full',
    retryAfterSeconds: 60,
  },
  'too-slow': { status: 503, title: 'The call took too long', retryAfterSeconds: 5 },
  'database-misconfigured': {
    status: 503,
    title: 'The database is not set up for this',
    retryAfterSeconds: 60,
  },
  'database-unmigrated': {
    status: 503,
    title: 'The database is not migrated',
    retryAfterSeconds: 60,
  },
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
  const { status, title, retryAfterSeconds }: Kind = problemTitles[kind];
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
