// Somebody who waits for a connection and then uses it, for so long in all.
import type { Client } from 'pg';

export class Turn {
  readonly #connection = Promise.withResolvers<Client>();
  readonly #over = Promise.withResolvers<never>();
  readonly #timer: NodeJS.Timeout;
  readonly #onStopped: () => void;

  /** onStopped: called when it is over too early, before anybody who waits for it hears so. */
  constructor(timeoutMs: number, onStopped: () => void) {
    // While it waits for its connection nobody looks at it.
    this.#over.promise.catch(() => {});
    this.#onStopped = onStopped;
    this.#timer = setTimeout(() => this.stop(noAnswer(timeoutMs)), timeoutMs);
  }

  /** What it is given. */
  get connection(): Promise<Client> {
    return this.#connection.promise;
  }

  give(client: Client): void {
    this.#connection.resolve(client);
  }

  refuse(error: unknown): void {
    this.#connection.reject(error);
  }

  /** Ends it, whether it waits for a connection or for an answer. */
  stop(error: Error): void {
    this.#onStopped();
    this.#connection.reject(error);
    this.#over.reject(error);
  }

  /** The answer, unless the turn is over before. */
  race<Result>(answer: Promise<Result>): Promise<Result> {
    return Promise.race([answer, this.#over.promise]);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

const noAnswer = (timeoutMs: number): Error =>
  new DOMException(`The database did not answer within ${timeoutMs} ms`, 'TimeoutError');
