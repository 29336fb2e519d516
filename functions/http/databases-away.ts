// An answer that would need databases which are away. It is a 503, and its sentence says which they are and what was done elsewhere.
import { NamedError } from '#queue/named-error.ts';

export class DatabasesAway extends NamedError {
  static override readonly name = 'DatabasesAway';
  /** done: what became of the request in the others, as the beginning of a sentence. The cause is the first one's failure. */
  constructor(done: string, numbers: readonly number[], cause: unknown) {
    super(`${done}, but ${listed(numbers)} did not answer; the same call may be made again.`, {
      cause,
    });
  }
}

/** "database 2", or "databases 0 and 2". */
const listed = (numbers: readonly number[]): string =>
  `${numbers.length > 1 ? 'databases' : 'database'} ${numbers.join(' and ')}`;
