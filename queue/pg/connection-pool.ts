// A few connections that take turns with statements. Unlike other pools this one reckons with a process that is frozen: what was
// idle for long is not trusted, and when one connection has died, the idle ones are not tried one after the other.
import { type Client, DatabaseError } from 'pg';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { sessionOnClient } from '#queue/session-on-client.ts';
import { connect } from './connect.ts';

/** A drain makes a few calls at once for all lanes together; more than these would wait for each other at the server. */
const mostConnections = 10;

/** Long before any gateway or pooler gives an idle connection up, and so often a new one costs nothing. */
const trustedIdleMs = 30_000;

/** SQLSTATEs after which the server has closed the connection, or will: all others leave it as good as it was. */
const closingState = /^(08|25P|53300|57P|58|XX)/;

const tooManyConnections = '53300';

export class ConnectionPool {
  readonly #url: string;
  readonly #idle: { readonly client: Client; readonly sinceMs: number }[] = [];
  readonly #clients = new Set<Client>();
  readonly #waiting: (() => void)[] = [];
  #connecting = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /**
   * Runs something on a connection that nobody else uses meanwhile. Rejects with a TimeoutError when that takes longer, with the wait for a
   * connection: what happens to the statement is not known then, and the connection is given up.
   */
  async run<Result>(call: (client: Client) => Promise<Result>, timeoutMs: number): Promise<Result> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(noAnswer(timeoutMs)), timeoutMs);
    try {
      const client = await this.#takeBefore(late);
      try {
        const result = await Promise.race([call(client), late]);
        this.#putBack(client);
        return result;
      } catch (error) {
        if (error instanceof DatabaseError && !closingState.test(error.code ?? ''))
          this.#putBack(client);
        else this.#giveUp(client);
        throw error;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all connections, also those that are in use. Whatever is run later makes new ones. */
  async close(): Promise<void> {
    this.#idle.length = 0;
    await Promise.all([...this.#clients].map((client) => this.#end(client)));
  }

  async #takeBefore(late: Promise<never>): Promise<Client> {
    const taken = this.#take();
    try {
      return await Promise.race([taken, late]);
    } catch (error) {
      taken.then(
        (client) => this.#putBack(client),
        () => {},
      );
      throw error;
    }
  }

  async #take(): Promise<Client> {
    let hasRoom = true;
    for (;;) {
      const idle = this.#takeIdle();
      if (idle) return idle;
      if (this.#open === 0 || (hasRoom && this.#open < mostConnections))
        try {
          return await this.#connect();
        } catch (error) {
          // The server has no room for another, and one of these comes free.
          hasRoom = false;
          if (this.#open === 0 || codeOf(error) !== tooManyConnections) throw error;
        }
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Those that are about to be connected count: the server may refuse one before it has accepted another. */
  get #open(): number {
    return this.#clients.size + this.#connecting;
  }

  #takeIdle(): Client | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (monotonicMs() - idle.sinceMs <= trustedIdleMs) return idle.client;
      void this.#end(idle.client);
    }
    return undefined;
  }

  async #connect(): Promise<Client> {
    this.#connecting += 1;
    try {
      const client = await connect(this.#url);
      this.#clients.add(client);
      client.once('end', () => this.#forget(client));
      return client;
    } finally {
      this.#connecting -= 1;
      this.#next();
    }
  }

  #putBack(client: Client): void {
    // A statement is a transaction. Whoever has begun a longer one here has misunderstood, and others must not get into it.
    if (!this.#clients.has(client) || client.getTransactionStatus() === 'T') {
      this.#giveUp(client);
      return;
    }
    this.#idle.push({ client, sinceMs: monotonicMs() });
    this.#next();
  }

  /** The others that are idle have been so for longer, and what has ended this one is likely to have ended them. */
  #giveUp(client: Client): void {
    for (const idle of this.#idle.splice(0)) void this.#end(idle.client);
    void this.#end(client);
  }

  async #end(client: Client): Promise<void> {
    this.#forget(client);
    await sessionOnClient(client).close();
  }

  #forget(client: Client): void {
    this.#clients.delete(client);
    const at = this.#idle.findIndex((idle) => idle.client === client);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#next();
  }

  #next(): void {
    this.#waiting.shift()?.();
  }
}

const codeOf = (error: unknown): unknown => Object(error).code;

const noAnswer = (timeoutMs: number): Error =>
  new DOMException(`The database did not answer within ${timeoutMs} ms`, 'TimeoutError');
