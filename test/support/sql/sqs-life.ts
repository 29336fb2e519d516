// SQS, relays and consumers around one queue, all of which fail at any moment, played through the SQL API alone.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { SettledReceived } from '#queue/routines/settle-received.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import type { TestDatabase } from '#test/support/database.ts';
import type { SqsQueue } from './sqs-queue.ts';

/** What SQS has: it brings a message as often as it likes until it is deleted, and never two times at once. */
interface Held {
  readonly message: WireMessage;
  count: number;
  isOut: boolean;
}

const chance = (share: number) => Math.random() < share;
const outcomes = ['done', 'done', 'done', 'retry', 'snooze', 'release', 'dead'];
const anyOf = <Item>(items: readonly Item[]): Item | undefined =>
  items[Math.floor(Math.random() * items.length)];

export class SqsLife {
  readonly held = new Set<Held>();
  /** What calls failed by, but for backends that were killed. */
  readonly failures: string[] = [];
  readonly #db: TestDatabase;
  readonly #sqs: SqsQueue;
  /** The type of the follow-ups by which an end is counted. */
  readonly #effect: string;

  constructor(db: TestDatabase, sqs: SqsQueue, effect: string) {
    this.#db = db;
    this.#sqs = sqs;
    this.#effect = effect;
  }

  /** Does this again and again, on a connection that somebody may cut. */
  async actor(isOver: () => boolean, act: (sqs: SqsQueue, client: Client) => Promise<unknown>) {
    while (!isOver()) {
      const client = new Client({
        connectionString: this.#db.directUrl,
        application_name: 'actor',
      });
      client.on('error', () => {});
      await client.connect();
      try {
        while (!isOver()) await act(this.#sqs.on(client), client);
      } catch (error) {
        const { code, message } = error as Error & { code?: string };
        const wasCut = code === '57P01' || /terminated|not queryable|ended/.test(message);
        if (!wasCut) this.failures.push(`${code} ${message}`);
      } finally {
        await client.end().catch(() => {});
      }
    }
  }

  /** Cuts one connection of an actor, whatever it is doing. */
  async cut(): Promise<void> {
    await sleep(30);
    await this.#db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'actor' order by random() limit 1`,
    );
  }

  /** Sends what is there to be sent, and may end before it has said so. */
  async relay(sqs: SqsQueue, crashes = 0.3): Promise<number> {
    const fresh = await sqs.send();
    const { copies, relayed } = fresh.copies.length > 0 ? fresh : await sqs.sendSuspect();
    for (const message of copies) {
      this.held.add({ message, count: 0, isOut: false });
      // SQS may have two of what it was sent once.
      if (chance(crashes / 3)) this.held.add({ message, count: 0, isOut: false });
    }
    if (copies.length > 0 && !chance(crashes)) await relayed();
    return copies.length;
  }

  /** Brings one message to a consumer, which may fail at any step. */
  async bring(sqs: SqsQueue): Promise<void> {
    const held = anyOf([...this.held].filter(({ isOut }) => !isOut));
    if (!held) return;
    held.isOut = true;
    held.count += 1;
    try {
      if (await this.#isOver(sqs, held, anyOf([0, 1, 1, 8, 200]))) this.held.delete(held);
    } finally {
      held.isOut = false;
    }
  }

  /** Handles all that is held, as well as it can. */
  async bringAll(sqs: SqsQueue): Promise<void> {
    for (const held of [...this.held]) {
      held.count += 2;
      if (await this.#isOver(sqs, held, 1, ['done'])) this.held.delete(held);
    }
  }

  /** Whether the message is to be deleted. suspects: as receive has it. */
  async #isOver(sqs: SqsQueue, held: Held, suspects = 0, ends = outcomes): Promise<boolean> {
    const { message, count } = held;
    const token = randomUUID();
    let attempt = message.attempt + 1;
    if (count > 1) {
      const receipt = await sqs.receiveOne(message, { token, count, suspects });
      if (receipt.state === 'ended' || receipt.state === 'dead') return true;
      if (receipt.state !== 'taken' || (ends === outcomes && chance(0.1))) return false;
      attempt = receipt.attempt;
    }
    const outcome = anyOf(ends) ?? '';
    const resend = chance(0.5);
    const enqueue = [{ type: this.#effect, payload: { id: message.id, round: message.round } }];
    const result = { message, attempt, outcome, resend, ms: 1, error: {}, delaySeconds: 0 };
    const settle = () => sqs.settle(token, { ...result, ...(outcome === 'done' && { enqueue }) });
    const report = await settle();
    if (ends === outcomes && chance(0.2)) return false;
    return isAcknowledged(chance(0.3) ? await settle() : report, outcome, resend);
  }
}

function isAcknowledged(
  { stale, dead, duplicate }: SettledReceived,
  outcome: string,
  resend: boolean,
) {
  if (stale.length > 0) return false;
  if (dead.length > 0 || duplicate.length > 0) return true;
  return outcome === 'done' || (resend && (outcome === 'retry' || outcome === 'snooze'));
}
