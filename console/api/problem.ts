// An answer that is a refusal, as something to throw and to show.

export interface ProblemFault {
  readonly pointer?: string;
  readonly header?: string;
  readonly parameter?: string;
  readonly detail: string;
}

export class Problem extends Error {
  override readonly name = 'Problem';
  /** Of the answer; 0 when there was none, because the network or the server is away. */
  readonly status: number;
  readonly title: string;
  readonly faults: readonly ProblemFault[];
  readonly requestId: string | undefined;
  /** In how many seconds the API said that the same call may succeed. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, title: string, more: ProblemDetails = {}) {
    super(more.detail ?? title);
    this.status = status;
    this.title = title;
    this.faults = more.faults ?? [];
    this.requestId = more.requestId;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  /** Whether it may pass by itself: the database sleeps, the network is away, or there were too many calls. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface ProblemDetails {
  readonly detail?: string | undefined;
  readonly faults?: readonly ProblemFault[] | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Reads problem+json, and what API Gateway answers itself: `{"message": …}`. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => undefined);
  const { title, detail, errors, requestId, message }: Record<string, unknown> = Object(body);
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Problem(response.status, text(title) ?? text(message) ?? `HTTP ${response.status}`, {
    detail: text(detail),
    faults: Array.isArray(errors) ? errors : undefined,
    requestId: text(requestId),
    retryAfterSeconds: Number.isNaN(retryAfter) ? undefined : retryAfter,
  });
}

/** What was thrown, as a problem. fetch() rejects with a TypeError when nobody answers. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError && /fetch|network|load/i.test(error.message))
    return new Problem(0, 'The API does not answer');
  return new Problem(-1, 'The console has failed', { detail: String(error) });
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
