// One life: every step is made in the database and in the model, and both must agree.
import { expect } from 'vitest';
import type { Database } from '#queue/database.ts';
import { claimSuspects } from '#queue/routines/claim-suspects.ts';
import type { ClaimedDelivery, Cursor } from '#queue/routines/claimed-delivery.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { extend } from '#queue/routines/extend.ts';
import type { Result } from '#queue/routines/result.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { settleAndClaim } from '#queue/routines/settle-and-claim.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { makeDue } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { connectionLost, intercept } from '#test/support/queue/intercept.ts';
import type { OpenQueues } from '#test/support/queue/open-queues.ts';
import { limits, queueNames, type Step, type StepOf } from './life-steps.ts';
import { type Ending, LifecycleModel, type ModelDelivery } from './lifecycle-model.ts';

const budgetMs = 10_000;

/** What one consumer holds of one queue, or has held. */
interface Hand {
  held: ClaimedDelivery[];
  readonly settled: Ending[];
  cursor: Cursor | null;
}

export class Life {
  readonly model = new LifecycleModel(limits);
  readonly #queues: OpenQueues;
  readonly #hands = new Map<string, Hand>();

  constructor(queues: OpenQueues) {
    this.#queues = queues;
  }

  async make(step: Step): Promise<void> {
    if (step.do === 'enqueue') await this.#enqueue(step);
    if (step.do === 'exchange') await this.#exchange(step);
    if (step.do === 'suspect') await this.#suspect(step);
    if (step.do === 'expire') await this.#expire(step);
    if (step.do === 'extend') await this.#extend(step);
    if (step.do === 'makeDue') {
      await makeDue(this.#queues);
      this.model.makeDue();
    }
    expect(await this.#statuses()).toEqual(this.model.statuses());
  }

  async #enqueue({ messages, isLost }: StepOf<'enqueue'>): Promise<void> {
    const named = messages.map((message) => ({ ...message, id: uuidV7() }));
    const rows = named.map(({ id, group, priority, isDelayed }) => ({
      id,
      type: numbered.name,
      payload: { n: 1 },
      ...(group !== undefined && { groupKey: group }),
      ...(priority !== undefined && { priority }),
      ...(isDelayed && { delaySeconds: 3600 }),
    }));
    const database = this.#database(isLost);
    await retryTransient(() => enqueueMessages(database, rows), { budgetMs });
    for (const message of named) this.model.enqueue(message as { id: string });
  }

  async #exchange({ queue, consumer, endings, again, wanted, goesOn, isLost }: StepOf<'exchange'>) {
    const hand = this.#hand(consumer, queue);
    const settling = this.#take(hand, endings);
    hand.settled.push(...settling);
    for (const { which } of again) {
      const before = hand.settled[which];
      if (before && !settling.some(({ id }) => id === before.id)) settling.push(before);
    }
    const cursor = goesOn ? hand.cursor : null;
    const results = settling.map(toResult);
    const exchange = { queue, results, wanted, cursor, budgetMs };
    const exchanged = await settleAndClaim(this.#database(isLost), exchange);
    const { settled, repeated, dead, stale } = exchanged.settled;
    const expected = this.model.settle(queue, settling);
    // With its first answer lost, the second call finds everything settled, but what the first one released and took
    // again: a release leaves nothing to know it by once its token is gone.
    const taken = new Set(isLost ? exchanged.deliveries.map(({ id }) => id) : []);
    const retaken = settling
      .filter(({ id, outcome }) => outcome === 'release' && taken.has(id))
      .map(({ id }) => id)
      .filter((id) => !expected.stale.includes(id));
    expect(settled + repeated).toBe(expected.settled + expected.repeated - retaken.length);
    expect(dead.toSorted()).toEqual(expected.dead.toSorted());
    expect(stale.toSorted()).toEqual([...expected.stale, ...retaken].toSorted());
    this.#claimed(queue, hand, exchanged.deliveries, { wanted, isFromStart: cursor === null });
    if (wanted > 0) hand.cursor = exchanged.cursor;
  }

  #take(hand: Hand, endings: StepOf<'exchange'>['endings']): Ending[] {
    return endings.flatMap(({ which, outcome, isDelayed }) => {
      const [delivery] = hand.held.splice(which, 1);
      return delivery ? [{ id: delivery.id, token: delivery.token, outcome, isDelayed }] : [];
    });
  }

  #claimed(
    queue: string,
    hand: Hand,
    deliveries: readonly ClaimedDelivery[],
    { wanted, isFromStart }: { wanted: number; isFromStart: boolean },
  ): void {
    const pending = this.model.pending(queue);
    if (isFromStart) expect(deliveries).toHaveLength(Math.min(wanted, pending.length));
    const taken = deliveries.map(({ id }) => this.model.find(queue, id));
    expect(pending).toEqual(expect.arrayContaining(taken));
    const priorities = taken.map(({ priority }) => priority);
    expect(priorities).toEqual(priorities.toSorted((a, b) => a - b));
    const left = pending.filter((delivery) => !taken.includes(delivery));
    if (isFromStart && taken.length > 0)
      for (const { priority } of left)
        expect(priority).toBeGreaterThanOrEqual(Math.max(...priorities));
    for (const { id, token, attempt } of deliveries) {
      this.model.claim(this.model.find(queue, id), token);
      expect(attempt).toBe(this.model.find(queue, id).attempt);
    }
    hand.held.push(...deliveries);
  }

  async #suspect({ queue, consumer, isLost, alone, wanted }: StepOf<'suspect'>): Promise<void> {
    const suspects = this.model.suspects(queue);
    const sizes = suspects.map((suspect) => this.model.together(suspect));
    const size = Math.max(0, ...sizes.filter((each) => each > 0 && (each === 1) === alone));
    const isNext = (suspect: ModelDelivery) => this.model.together(suspect) === size && size > 0;
    const spent = suspects.filter((suspect) => this.model.together(suspect) === 0);
    const next = suspects.filter(isNext);

    const claim = { queue, alone, wanted, budgetMs };
    const { deliveries, expired } = await claimSuspects(this.#database(isLost), claim);
    // Those whose end was told of in an answer that was lost are known from the database alone.
    const named = isLost ? [] : spent.map(({ id }) => id);
    expect(expired.toSorted()).toEqual(named.toSorted());
    for (const delivery of spent) this.model.bury(delivery);
    expect(deliveries).toHaveLength(Math.min(wanted, size, next.length));
    for (const { id, token, attempt } of deliveries) {
      const delivery = this.model.find(queue, id);
      expect(next).toContain(delivery);
      this.model.claimSuspect(delivery, token);
      expect(attempt).toBe(delivery.attempt);
    }
    this.#hand(consumer, queue).held.push(...deliveries);
  }

  async #expire({ queue, consumer }: StepOf<'expire'>): Promise<void> {
    const { held } = this.#hand(consumer, queue);
    const tokens = held.map(({ token }) => token);
    for (const table of ['delivery', 'parcel'])
      await this.#queues.query(
        `update millrace.${table} set lease_expires_at = statement_timestamp() - interval '1 second'
         where lease_token = any ($1) and lease_expires_at is not null`,
        [tokens],
      );
    for (const { id, token } of held) {
      const delivery = this.model.find(queue, id);
      if (delivery.token === token && delivery.status === 'processing') delivery.isExpired = true;
    }
  }

  async #extend({ queue, consumer, isLost }: StepOf<'extend'>): Promise<void> {
    const { held } = this.#hand(consumer, queue);
    const still = await extend(this.#database(isLost), queue, held, budgetMs);
    const expected = held.filter(({ id, token }) =>
      this.model.extend(this.model.find(queue, id), token),
    );
    expect([...still].toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
  }

  /** Consumers that never fail finish what is left. */
  async finish(): Promise<void> {
    const common = { consumer: 0, isLost: false };
    for (let turn = 0; this.#isAlive(); turn += 1) {
      expect(turn).toBeLessThan(200);
      await this.make({ do: 'makeDue' });
      for (const queue of queueNames) {
        for (const consumer of [0, 1, 2]) await this.make({ do: 'expire', queue, consumer });
        while (this.model.suspects(queue).length > 0)
          for (const alone of [false, true])
            await this.make({ ...common, do: 'suspect', queue, alone, wanted: 100 });
        const all = Array.from({ length: 100 }, () => ({
          which: 0,
          outcome: 'done' as const,
          isDelayed: false,
        }));
        await this.make({
          ...common,
          do: 'exchange',
          queue,
          endings: all,
          again: [],
          wanted: 100,
          goesOn: false,
        });
      }
    }
  }

  #isAlive(): boolean {
    return [...this.model.deliveries.values()].some(
      ({ status }) => !['done', 'dead'].includes(status),
    );
  }

  async expectSameHistory(): Promise<void> {
    const rows = await this.#queues.query(
      `select queue || ' ' || message_id as key, array_agg(outcome order by finished_at) as log
       from millrace.attempt_log group by 1`,
    );
    const logs = Object.fromEntries(rows.map(({ key, log }) => [key, log.toSorted()]));
    const expected = Array.from(this.model.deliveries, ([key, { log }]) => [key, log.toSorted()]);
    expect(logs).toEqual(Object.fromEntries(expected));
  }

  async #statuses() {
    const rows = await this.#queues.query(
      `select queue || ' ' || message_id as key, status from millrace.delivery_status`,
    );
    return Object.fromEntries(rows.map(({ key, status }) => [key, status]));
  }

  #hand(consumer: number, queue: string): Hand {
    const key = `${queue} ${consumer}`;
    const hand = this.#hands.get(key) ?? { held: [], settled: [], cursor: null };
    this.#hands.set(key, hand);
    return hand;
  }

  #database(isLost: boolean): Database {
    const { query } = this.#queues;
    const direct: Database = {
      query: (text, parameters) => query(text, [...(parameters ?? [])]) as never,
    };
    let isLosing = isLost;
    return intercept(direct, async (_, run) => {
      const rows = await run();
      if (!isLosing) return rows;
      isLosing = false;
      throw connectionLost();
    });
  }
}

function toResult({ id, token, outcome, isDelayed }: Ending): Result {
  const claim = { id, token, ms: 1 };
  const error = { name: 'Error', message: 'failed' };
  const delaySeconds = isDelayed ? 3600 : 0;
  if (outcome === 'retry') return { ...claim, outcome, error, delaySeconds };
  if (outcome === 'dead') return { ...claim, outcome, error };
  if (outcome === 'snooze') return { ...claim, outcome, delaySeconds };
  if (outcome === 'done') return { ...claim, outcome };
  return { id, token, outcome };
}
