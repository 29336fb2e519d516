// What a call rejects with when it was refused, or when nobody answered. Callers' programs go by `kind`.

/** One thing that is wrong with a request, at one place of it. */
export interface ProblemFault {
  /** Where: a JSON pointer into the body, or else the name of a header or of a query parameter. */
  readonly pointer?: string;
  /** Of the request. */
  readonly header?: string;
  /** Of the query. */
  readonly parameter?: string;
  /** Such as `invalid_payload`. */
  readonly code: string;
  /** What was expected there. */
  readonly detail: string;
}

/** What is known of a refusal. */
export interface ProblemDetails {
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /** By the list in docs/http.md. */
  readonly kind: string;
  /** The same for all of a kind. */
  readonly title?: string | undefined;
  /** A sentence with what was expected and what was got. */
  readonly detail: string;
  /** Each thing that is wrong. */
  readonly errors?: readonly ProblemFault[] | undefined;
  /** Finds the log lines of the call. */
  readonly requestId?: string | undefined;
  /** After how many seconds the same call may succeed. */
  readonly retryAfterSeconds?: number | undefined;
  /** Why there was no answer. */
  readonly cause?: unknown;
}

/**
 * A call that was refused, or that nobody has answered. It never holds the key or the token of the call.
 *
 * @example
 * ```ts
 * if (error instanceof MillraceProblem && error.kind === 'invalid-message') show(error.errors);
 * ```
 */
export class MillraceProblem extends Error {
  /** Tells it from other errors where there are two copies of the class. */
  override readonly name = 'MillraceProblem';
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /**
   * What kind of problem it is, by the list in docs/http.md: the end of its `type`, such as `queue-full`. `no-answer` when nobody
   * answered, or not to the end: the call may have done its work. `other` for an answer that is not the API's own, but of something
   * in front of it.
   */
  readonly kind: string;
  /** A sentence with what was expected and what was got. */
  readonly detail: string;
  /** Each thing that is wrong, at most 100. */
  readonly errors: readonly ProblemFault[];
  /** Finds the log lines of the call; undefined where the API did not answer. */
  readonly requestId: string | undefined;
  /** After how many seconds the same call may succeed, where the answer says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor({ title, cause, ...details }: ProblemDetails) {
    super(
      title ? `${title}: ${details.detail}` : details.detail,
      cause === undefined ? {} : { cause },
    );
    this.status = details.status;
    this.kind = details.kind;
    this.detail = details.detail;
    this.errors = details.errors ?? [];
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
