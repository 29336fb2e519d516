// How commands end: the exit codes that docs/command-line.md promises, and the error that carries one.

/** By what went wrong. Scripts go by them, so a number never changes its meaning. */
export const exitCodes = {
  /** Something was tried and did not succeed, or was found to be wrong. */
  failed: 1,
  /** What was typed makes no sense, or what was sent is not valid. */
  usage: 2,
  notFound: 3,
  /** Not the right to do it, or no valid key. */
  refused: 4,
  /** Nobody answers, or not now: the same may succeed later. */
  unreachable: 5,
  interrupted: 130,
} as const;

/** Ends a command. The message is one sentence for the person who typed it, and says what to type instead where it can. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(kind: keyof typeof exitCodes, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCodes[kind];
  }
}

/** The same for an answer of the HTTP API, by its status. */
export function kindOfStatus(status: number): keyof typeof exitCodes {
  if (status === 404) return 'notFound';
  if (status === 401 || status === 403) return 'refused';
  if (status === 429 || status === 503 || status === 502 || status === 504) return 'unreachable';
  return [400, 413, 415, 422].includes(status) ? 'usage' : 'failed';
}
