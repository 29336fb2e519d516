// A producer that keeps a pace and a consumer that follows it, in one process, told part by part.
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../queue/database.ts';
import { drain } from '../queue/drain/drain.ts';
import { payloads } from './message.ts';
import { latencies } from './percentile.ts';
import type { Client } from './system.ts';
import { jsonLinesLog } from './systems/json-lines-log.ts';
import { type OpenDatabase, openTransport } from './systems/millrace-database.ts';
import { benchRegistry } from './systems/millrace-registry.ts';
import { batch } from './workload.ts';
import type { Workspace } from './workspace.ts';

const perSecond = 2_000;
const callSize = 20;
/** Between two looks of a consumer that has found nothing. */
const restMs = 10;

export class SteadyLoad {
  readonly #producer: Client;
  readonly #database: OpenDatabase;
  readonly #startedAt = performance.now();
  readonly #endsAt: number;
  #work: Promise<unknown> = Promise.resolve();
  #isProducing = true;
  #sent = 0;
  #handled = 0;
  /** Of the part that is under way. */
  #claimsMs: number[] = [];
  #partBegan = { at: this.#startedAt, handled: 0 };

  static async start({ system, addresses, shape }: Workspace, seconds: number) {
    const producer = await system.connect(addresses, shape);
    return new SteadyLoad(producer, await openTransport('tcp', addresses), seconds);
  }

  private constructor(producer: Client, database: OpenDatabase, seconds: number) {
    this.#producer = producer;
    this.#database = database;
    this.#endsAt = this.#startedAt + seconds * 1000;
    this.#work = Promise.all([this.#produce(), this.#consume()]);
    // Whoever waits for the end hears of it.
    this.#work.catch(() => {});
  }

  /** Seconds since the start. */
  until(second: number): Promise<unknown> {
    return Promise.race([
      pause(Math.max(0, this.#startedAt + second * 1000 - performance.now())),
      this.#work,
    ]);
  }

  /** What has happened since the last part. */
  part(): Record<string, number> {
    const at = performance.now();
    const seconds = (at - this.#partBegan.at) / 1000;
    const messagesPerSecond = (this.#handled - this.#partBegan.handled) / seconds;
    const { p50Ms: claimP50Ms, p95Ms: claimP95Ms } = latencies(this.#claimsMs);
    const claims = this.#claimsMs.length > 0 ? { claimP50Ms, claimP95Ms } : {};
    this.#claimsMs = [];
    this.#partBegan = { at, handled: this.#handled };
    const second = (at - this.#startedAt) / 1000;
    const waiting = this.#sent - this.#handled;
    return { second, messagesPerSecond, ...claims, waiting };
  }

  /** Waits until all is handled, and answers how many messages that were. */
  async end(): Promise<number> {
    await this.#work;
    await this.#producer.close();
    await this.#database.close();
    if (this.#handled !== this.#sent)
      throw new Error(`${this.#handled} of ${this.#sent} messages were handled`);
    return this.#sent;
  }

  async #produce(): Promise<void> {
    for (let due = this.#startedAt; due < this.#endsAt; due += (callSize / perSecond) * 1000) {
      await pause(Math.max(0, due - performance.now()));
      await this.#producer.enqueue(payloads(this.#sent, callSize));
      this.#sent += callSize;
    }
    this.#isProducing = false;
  }

  async #consume(): Promise<void> {
    const handler = async () => {
      this.#handled += 1;
    };
    const options = { registry: benchRegistry({ batch, handler }), log: jsonLinesLog() };
    const database = this.#timed();
    while (this.#isProducing || this.#handled < this.#sent) {
      const endsAt = performance.now() + invocationMs;
      await drain({ database, ...options, remainingMs: () => endsAt - performance.now() });
      await pause(restMs);
    }
  }

  #timed(): Database {
    return {
      query: async <Row extends object>(text: string, parameters?: readonly unknown[]) => {
        const startedAt = performance.now();
        const rows = await this.#database.query<Row>(text, parameters);
        if (text.includes('settle_and_claim')) this.#claimsMs.push(performance.now() - startedAt);
        return rows;
      },
    };
  }
}

/** The deployed consumer's timeout. */
const invocationMs = 55_000;
