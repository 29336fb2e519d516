// The relay of what waits in one database and belongs to another: it is stored there, under the same id, and here it is relayed. So
// whatever gets lost between the two, it is stored once.
import type { Database } from '#queue/database.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { release } from '#queue/handle/build-result.ts';
import type { HandlerRun } from '#queue/handle/handler-run.ts';
import type { Relay, Relayed } from '#queue/handle/relay.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import {
  enqueueForwarded,
  type Forward,
  keepForward,
  readForwards,
} from '#queue/routines/forwards.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { type ForwardFates, later, NoSuchDatabase } from './forward-fates.ts';

/** For so long, in milliseconds, a call is repeated before its database is taken to be away. */
const patienceMs = 3_000;
/** Who decides on a group sends on once or twice; more often than this only while the placement itself changes. */
const mostHops = 4;

interface ForwardingOptions {
  /** Of the deployment, by their numbers. */
  readonly databases: readonly Database[];
  /** The number of the one whose forwards are sent. */
  readonly number: number;
  readonly deadline: { readonly callBudgetMs: number };
  readonly fates: ForwardFates;
  /** Is told the number of each other database that something was stored in. */
  readonly onStored: (number: number) => void;
}

export class ForwardingRelay implements Relay {
  readonly runSize = 1;
  /** Why this database does not say what to send. Another one that is away says nothing of the rest. */
  unavailable: Error | undefined;
  readonly #options: ForwardingOptions;
  /** What was asked for all deliveries of a claim at once. */
  readonly #forwards = new WeakMap<ClaimedDelivery, Promise<Forward | null>>();

  constructor(options: ForwardingOptions) {
    this.#options = options;
  }

  expect(deliveries: readonly ClaimedDelivery[]): void {
    const [first] = deliveries;
    if (!first) return;
    const ids = deliveries.map(({ id }) => id);
    const asked = this.#call((own) => readForwards(own, first.token, ids), this.#options.number);
    for (const [n, delivery] of deliveries.entries()) {
      const forward = asked.then((forwards) => forwards[n] ?? null);
      // Whoever sends it hears of a failure; perhaps nobody does.
      forward.catch(() => {});
      this.#forwards.set(delivery, forward);
    }
  }

  async send(run: HandlerRun): Promise<readonly Relayed[]> {
    const [delivery] = run.deliveries;
    if (!delivery) return [];
    try {
      return [await run.race(this.#send(run, delivery))];
    } catch (error) {
      if (!run.isAborted) this.unavailable ??= error instanceof Error ? error : undefined;
      return [release(delivery)];
    }
  }

  async #send(run: HandlerRun, delivery: ClaimedDelivery): Promise<Relayed> {
    const forward = await this.#forwards.get(delivery);
    // Somebody else has it by now, which the database finds.
    if (!forward) return release(delivery);
    const { fates } = this.#options;
    let { database, asked } = forward;
    for (let hop = 0; hop <= mostHops; hop += 1)
      try {
        run.throwIfAborted();
        return await this.#store(delivery, forward, { database, asked });
      } catch (error) {
        if (run.isAborted) break;
        if (!(error instanceof EnqueueRefused) || error.database === undefined)
          return fates.of(error, { run, delivery, database });
        ({ database } = error);
        asked = error.asked ?? asked;
      }
    return later(run, delivery);
  }

  async #store(
    { id, token }: ClaimedDelivery,
    forward: Forward,
    { database, asked }: { readonly database: number; readonly asked: boolean },
  ): Promise<Relayed> {
    const relayed = { id, token, outcome: 'relayed' } as const;
    if (database !== this.#options.number) {
      await this.#call((target) => enqueueForwarded(target, forward, asked), database);
      this.#options.onStored(database);
      return relayed;
    }
    const kept = await this.#call((own) => keepForward(own, { token, id, asked }), database);
    return { results: [relayed], settled: { dead: [], stale: kept ? [] : [id] } };
  }

  /** Throws at once what a database that was away a moment ago would throw again. */
  async #call<Answer>(
    call: (database: Database) => Promise<Answer>,
    number: number,
  ): Promise<Answer> {
    const { databases, deadline, fates } = this.#options;
    const database = databases[number];
    if (!database) throw new NoSuchDatabase(number);
    fates.throwIfAway(number);
    const budgetMs = Math.min(patienceMs, deadline.callBudgetMs);
    return retryTransient(() => call(database), { budgetMs });
  }
}
