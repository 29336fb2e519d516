// A few connections that take turns with statements. Unlike other pools this one reckons with a process that is frozen: what was
// idle for long is not trusted, and when one connection has died, the idle ones are not tried one after the other.
import { type Client, DatabaseError } from 'pg';
import { cancelStatement, clientFor, cut, disconnect, logIn } from './connect.ts';
import { IdleConnections } from './idle-connections.ts';
import { Turn } from './turn.ts';

/** A drain makes a few calls at once for all lanes together; more than these would wait for each other at the server. */
const mostConnections = 10;

/** SQLSTATEs after which the server has closed the connection, or will: all others leave it as good as it was. */
const closingState = /^(08|25P|53300|57P|58|XX)/;

const tooManyConnections = '53300';

export class ConnectionPool {
  readonly #url: string;
  readonly #idle = new IdleConnections();
  readonly #clients = new Set<Client>();
  readonly #connecting = new Set<Client>();
  /** Who waits for a connection, whoever came first in front. */
  readonly #waiting = new Set<Turn>();
  /** Whose calls are not over, with a connection and without. */
  readonly #turns = new Set<Turn>();

  constructor(url: string) {
    this.#url = url;
  }

  /**
   * Runs something on a connection that nobody else uses meanwhile. Rejects with a TimeoutError when that takes longer, with the wait for a
   * connection: the server is asked to leave the statement off, the connection is given up, and whether it was carried out is not known.
   */
  async run<Result>(call: (client: Client) => Promise<Result>, timeoutMs: number): Promise<Result> {
    const turn = new Turn(timeoutMs, () => this.#waiting.delete(turn));
    this.#turns.add(turn);
    this.#waiting.add(turn);
    this.#serve(1);
    try {
      return await this.#use(await turn.connection, (client) => turn.race(call(client)));
    } finally {
      turn.end();
      this.#turns.delete(turn);
    }
  }

  /** Ends all connections, also those that are in use or about to be made. Whatever is run later makes new ones. */
  async close(): Promise<void> {
    for (const turn of this.#turns)
      turn.stop(new Error('Connection terminated: the pool was closed'));
    // They answer nobody any more, and must not come alive in a process that is frozen next.
    const connecting = [...this.#connecting];
    this.#connecting.clear();
    for (const client of connecting) cut(client);
    await Promise.all(Array.from(this.#clients, (client) => this.#end(client)));
  }

  async #use<Result>(client: Client, call: (client: Client) => Promise<Result>): Promise<Result> {
    try {
      const result = await call(client);
      this.#putBack(client);
      return result;
    } catch (error) {
      if (error instanceof DatabaseError && !closingState.test(error.code ?? ''))
        this.#putBack(client);
      else await this.#giveUp(client, isTimeout(error));
      throw error;
    }
  }

  /** Gives those who wait what is idle, and makes new connections for as many of the others, where there is room. */
  #serve(most: number): void {
    for (const client of this.#idle.takeRested()) void this.#end(client);
    for (const turn of this.#waiting) {
      const client = this.#idle.take();
      if (!client) break;
      this.#waiting.delete(turn);
      client.ref();
      turn.give(client);
    }
    for (let made = 0; made < most || this.#open === 0; made += 1) {
      if (this.#waiting.size <= this.#connecting.size || this.#open >= mostConnections) return;
      this.#connect();
    }
  }

  /** Those that are about to be connected count: the server may refuse one before it has accepted another. */
  get #open(): number {
    return this.#clients.size + this.#connecting.size;
  }

  #connect(): void {
    try {
      const client = clientFor(this.#url);
      this.#connecting.add(client);
      logIn(client).then(
        () => this.#welcome(client),
        (error) => this.#connecting.delete(client) && this.#refuse(error),
      );
    } catch (error) {
      this.#refuse(error);
    }
  }

  #welcome(client: Client): void {
    if (!this.#connecting.delete(client)) {
      cut(client);
      return;
    }
    this.#clients.add(client);
    // A server that shuts down says so before it closes the connection.
    client.once('error', () => void this.#end(client));
    client.once('end', () => this.#forget(client));
    this.#putBack(client);
  }

  #refuse(error: unknown): void {
    // Where the server has no room for another, one of those that there are comes free.
    if (this.#open > 0 && codeOf(error) === tooManyConnections) return;
    const [first] = this.#waiting;
    if (!first) return;
    this.#waiting.delete(first);
    first.refuse(error);
    this.#serve(0);
  }

  #putBack(client: Client): void {
    // A statement is a transaction. Whoever has begun a longer one here has misunderstood, and others must not get into it.
    if (!this.#clients.has(client) || client.getTransactionStatus() === 'T') {
      void this.#giveUp(client);
      return;
    }
    // As little as over HTTP is a process kept from its end by a connection that nobody uses.
    client.unref();
    this.#idle.add(client);
    this.#serve(0);
  }

  /** The others that are idle have been so for longer, and what has ended this one is likely to have ended them. */
  async #giveUp(client: Client, isUnderWay = false): Promise<void> {
    for (const idle of this.#idle.takeAll()) void this.#end(idle);
    this.#forget(client);
    if (isUnderWay) await cancelStatement(client, this.#url);
    void this.#end(client);
  }

  async #end(client: Client): Promise<void> {
    this.#forget(client);
    // Whoever waits for the end is not to be left alone with it.
    client.ref();
    await disconnect(client);
  }

  #forget(client: Client): void {
    this.#clients.delete(client);
    this.#idle.forget(client);
    this.#serve(1);
  }
}

const codeOf = (error: unknown): unknown => Object(error).code;

const isTimeout = (error: unknown): boolean => Object(error).name === 'TimeoutError';
