// Producers, consumers and relays of a deployment over several databases, which grows meanwhile.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { type Claimed, claimedDeliveries } from '#queue/routines/claimed-delivery.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import {
  enqueueForwarded,
  type Forward,
  keepForward,
  readForwards,
} from '#queue/routines/forwards.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { home } from '#queue/spread/home.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { CutLine } from './cut-line.ts';
import type { Random } from './seeded-random.ts';
import type { SpreadRecord } from './spread-record.ts';

/** The most hops that a message of a group may need to find its database. */
const mostHops = 5;

export class SpreadLife {
  readonly #databases: readonly TestDatabase[];
  readonly #record: SpreadRecord;
  readonly #random: Random;
  readonly #groups: readonly string[];
  readonly #lines: CutLine[] = [];
  readonly #running: Promise<void>[] = [];
  isProducing = true;
  isConsuming = true;
  /** How long producers rest between two messages, in milliseconds. */
  restMs = 12;

  constructor(parts: {
    databases: readonly TestDatabase[];
    record: SpreadRecord;
    random: Random;
    groups: readonly string[];
  }) {
    this.#databases = parts.databases;
    this.#record = parts.record;
    this.#random = parts.random;
    this.#groups = parts.groups;
  }

  get troubles(): number {
    return this.#lines.reduce((sum, { troubles }) => sum + troubles, 0);
  }

  /** As the HTTP function does it; knows how many databases its code knows at the moment. */
  produceOverHttp(known: () => number): void {
    const lines = this.#databases.map((_, number) => this.#line(number));
    this.#run(async () => {
      while (this.isProducing) {
        const [id, groupKey] = [uuidV7(), this.#group()];
        this.#record.enqueuing(id, groupKey);
        await this.#findDatabase(known, groupKey, async (number, asked) => {
          const databases = known();
          const place = databases > 1 && { place: { databases, asked } };
          const message = { id, type: 'work.item', payload: {}, groupKey, ...place };
          await enqueueMessages(lines[number] as CutLine, [message], 'key:shop');
        });
        this.#record.acknowledged(id);
        await wait(this.#random.below(this.restMs));
      }
    });
  }

  /** In transactions of its own, of which some are taken back. */
  produceInSql(number: number): void {
    const line = this.#line(number);
    this.#run(async () => {
      while (this.isProducing) {
        const [id, groupKey] = [uuidV7(), this.#group()];
        const isTakenBack = this.#random.isOneOf(6);
        this.#record.enqueuing(id, groupKey);
        await line.repeat(async (client) => {
          await client.query('begin');
          await client.query('select millrace.enqueue($1, $2, $3)', [
            ...['work.item', {}, { id, groupKey }],
          ]);
          await wait(this.#random.below(15));
          await client.query(isTakenBack ? 'rollback' : 'commit');
        });
        if (isTakenBack) this.#record.takenBack(id);
        await wait(this.#random.below(4 * this.restMs));
      }
    });
  }

  consume(number: number): void {
    const line = this.#line(number);
    this.#run(async () => {
      while (this.isConsuming) {
        const deliveries = await this.#claim(line, 'work', 5);
        for (const { id } of deliveries) this.#record.started(id, `database ${number}`);
        await wait(this.#random.below(5));
        for (const { id, token } of deliveries) {
          const isDead = this.#random.isOneOf(50) && !this.#record.hasDied(id);
          const outcome = isDead ? 'dead' : 'done';
          this.#record.ends(id, outcome);
          await this.#settle(line, 'work', { id, token, outcome });
        }
        if (deliveries.length === 0) await wait(5);
      }
    });
  }

  /** Sends forwards to where they belong, as far as it knows the databases. */
  relay(number: number, known: () => number): void {
    const lines = this.#databases.map((_, other) => this.#line(other));
    const line = lines[number] as CutLine;
    this.#run(async () => {
      while (this.isConsuming) {
        const deliveries = await this.#claim(line, 'elsewhere', 2);
        for (const { id, token } of deliveries) {
          const [forward] = await readForwards(line, token, [id]);
          if (!forward) continue;
          const outcome = await this.#send(forward, { number, token, lines, known });
          if (outcome !== 'kept') await this.#settle(line, 'elsewhere', { id, token, outcome });
        }
        if (deliveries.length === 0) await wait(5);
      }
    });
  }

  /** Sends dead letters round again. */
  redrive(number: number): void {
    const line = this.#line(number);
    this.#run(async () => {
      while (this.isConsuming) {
        await line.query(`select millrace.redrive('{}')`);
        await wait(100 + this.#random.below(200));
      }
    });
  }

  /** Waits for all that has begun, once it is told to end. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running);
    for (const line of this.#lines) await line.close();
  }

  async #send(
    forward: Forward,
    from: { number: number; token: string; lines: readonly CutLine[]; known: () => number },
  ): Promise<'kept' | 'done' | 'release'> {
    let { database, asked } = forward;
    for (let hop = 0; hop < mostHops; hop += 1) {
      if (database >= from.known()) return 'release';
      try {
        if (database !== from.number) {
          await enqueueForwarded(from.lines[database] as CutLine, forward, asked);
          return 'done';
        }
        await keepForward(from.lines[database] as CutLine, { ...from, id: forward.id, asked });
        return 'kept';
      } catch (error) {
        ({ database, asked } = turned(error));
      }
    }
    throw new Error(`a forward has found no database within ${mostHops} hops`);
  }

  async #findDatabase(
    known: () => number,
    group: string,
    enqueue: (number: number, asked: boolean) => Promise<void>,
  ): Promise<void> {
    let [database, asked] = [home(group, known()), false];
    for (let hop = 0; hop < mostHops; hop += 1) {
      try {
        return await enqueue(database, asked);
      } catch (error) {
        ({ database, asked } = turned(error));
      }
    }
    throw new Error(`a message has found no database within ${mostHops} hops`);
  }

  async #claim(line: CutLine, queue: string, most: number) {
    const token = randomUUID();
    const [row] = await line.repeat(
      async (client, repeats) =>
        (
          await client.query<Claimed>('select * from millrace.claim($1, $2, $3, null, $4)', [
            ...[queue, token, most, repeats > 0],
          ])
        ).rows,
    );
    return row ? claimedDeliveries(row, token) : [];
  }

  async #settle(line: CutLine, queue: string, result: object): Promise<void> {
    await line.query('select millrace.settle($1, $2)', [queue, JSON.stringify([result])]);
  }

  #group = () => this.#groups[this.#random.below(this.#groups.length)] ?? '';

  #line(number: number): CutLine {
    const database = this.#databases[number];
    if (!database) throw new Error(`there is no database ${number}`);
    const line = new CutLine(database);
    this.#lines.push(line);
    return line;
  }

  #run(life: () => Promise<void>): void {
    const running = life();
    // Told at once, and not when all others have waited for it in vain.
    running.catch((error: Error) => {
      this.#record.faults.push(`a life ended early: ${error.message}`);
    });
    this.#running.push(running);
  }
}

/** Where a refusal sends its message. */
function turned(error: unknown): { database: number; asked: boolean } {
  if (!(error instanceof EnqueueRefused) || error.code !== 'elsewhere') throw error;
  const { database = 0, asked = false } = error;
  return { database, asked };
}
