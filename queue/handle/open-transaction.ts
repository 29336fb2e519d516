import type { Database, Session } from '#queue/database.ts';
import { TransactionAborted } from '#queue/errors.ts';
import { errorCode } from '#queue/routines/failure-kind.ts';

/** What Postgres answers to every statement once one has failed in a transaction. */
const inFailedTransaction = '25P02';

/** The transaction as its handler sees it. It throws once the handler has returned or was given up. */
export class OpenTransaction implements Database {
  #session: Session | undefined;
  #failure: unknown;

  constructor(session: Session) {
    this.#session = session;
  }

  async query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]> {
    // By now the connection may serve another message, which must not commit a statement of this one.
    if (!this.#session) throw new Error('the transaction was used after its handler had ended');
    try {
      return await this.#session.query<Row>(text, parameters);
    } catch (error) {
      if (errorCode(error) !== inFailedTransaction) this.#failure = error;
      throw error;
    }
  }

  /** What was thrown; but where Postgres says no more than that some statement had failed before, what failed. */
  reasonOf(thrown: unknown): unknown {
    if (errorCode(thrown) !== inFailedTransaction) return thrown;
    return new TransactionAborted({ cause: this.#failure ?? thrown });
  }

  end(): void {
    this.#session = undefined;
  }
}
