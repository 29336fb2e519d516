// Invocations of the consumer, each a process of its own. Those that one of them asks for are started, as by Lambda.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What handlers wait for something else. */
export const waitMs = 50;
/** Handlers at once in each consumer. */
export const concurrency = 16;
/** The deployed consumer's timeout. */
export const invocationMs = 55_000;

// A deployed consumer is compiled already: without this, starting helpers would be most of their CPU time.
const env = { ...process.env, NODE_COMPILE_CACHE: join(import.meta.dirname, 'results/compiled') };

/** What an invocation says: whom it invokes, by a token, and at its end what it did. */
export type Said =
  | { readonly invokes: string }
  | { readonly done: number; readonly claimed: number };

export class Invocations {
  readonly #words: readonly string[];
  readonly #underWay = new Set<Promise<void>>();
  /** How many deliveries were settled as done, in all invocations. */
  done = 0;
  helpers = 0;
  /** How many invocations ran at the same time. */
  mostAtOnce = 0;

  /** url: the database. most: how many helpers may be alive. */
  constructor(url: string, most: number) {
    this.#words = [url, String(most)];
  }

  start(token?: string): void {
    const words = token === undefined ? this.#words : [...this.#words, token];
    const child = fork(join(import.meta.dirname, 'consumer-process.ts'), words, {
      execArgv: [],
      env,
    });
    child.on('message', (said: Said) => {
      if ('done' in said) this.done += said.done;
      else {
        this.helpers += 1;
        this.start(said.invokes);
      }
    });
    const ended = once(child, 'exit').then(([code]) => {
      this.#underWay.delete(ended);
      if (code !== 0) throw new Error(`a consumer ended with code ${code}`);
    });
    this.#underWay.add(ended);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay.size);
  }

  async ended(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
