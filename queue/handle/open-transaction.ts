import type { Database, Session } from '#queue/database.ts';

/** The transaction as its handler sees it. It throws once the handler has returned or was given up. */
export class OpenTransaction implements Database {
  #session: Session | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  async query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]> {
    // By now the connection may serve another message, which must not commit a statement of this one.
    if (!this.#session) throw new Error('the transaction was used after its handler had ended');
    return this.#session.query<Row>(text, parameters);
  }

  end(): void {
    this.#session = undefined;
  }
}
