// The relay of one queue in one drain: claimed deliveries leave Postgres for SQS. What SQS has accepted is relayed; what it will
// never take is dead; and where SQS is away everything else is released, without an attempt spent.
import { AwsCallFailed } from '#functions/aws/aws-call-failed.ts';
import { mostEntries, type OutgoingMessage } from '#functions/aws/sqs.ts';
import type { Database } from '#queue/database.ts';
import type { Queue } from '#queue/declare/queue.ts';
import { LeaseLost, UnknownType } from '#queue/errors.ts';
import { dead, release } from '#queue/handle/build-result.ts';
import type { HandlerRun } from '#queue/handle/handler-run.ts';
import type { Relay } from '#queue/handle/relay.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { rounds } from '#queue/routines/rounds.ts';
import { inCalls, mostBytes } from './in-calls.ts';
import { outgoing } from './outgoing.ts';
import { RefusedBySqs, RelayUnavailable } from './relay-errors.ts';
import type { Sender } from './sender.ts';

/** For so long, in milliseconds, a run waits for SQS to have capacity, and as long for the database to be asked. */
const patienceMs = 10_000;

interface RelayOptions {
  readonly queue: Queue;
  readonly sender: Sender;
  readonly database: Database;
  /** The database's. Default: 0. */
  readonly number?: number;
  readonly deadline: { readonly callBudgetMs: number };
}

type Decided = Map<string, Result>;

export class SqsRelay implements Relay {
  readonly runSize = mostEntries;
  unavailable: RelayUnavailable | undefined;
  readonly #options: RelayOptions;
  /** What was asked for all deliveries of a claim at once. */
  readonly #rounds = new WeakMap<ClaimedDelivery, Promise<ReadonlyMap<string, number>>>();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  expect(deliveries: readonly ClaimedDelivery[]): void {
    if (deliveries.length === 0) return;
    const { database, queue } = this.#options;
    const ids = deliveries.map(({ id }) => id);
    const asked = rounds(database, { queue: queue.name, ids, budgetMs: this.#budgetMs });
    // Whoever sends one of them hears of a failure; perhaps none of them is sent.
    asked.catch(() => {});
    for (const delivery of deliveries) this.#rounds.set(delivery, asked);
  }

  async send(run: HandlerRun): Promise<readonly Result[]> {
    const decided: Decided = new Map();
    try {
      await run.race(this.#sendAll(run, decided));
    } catch (cause) {
      // A lost lease says nothing about SQS. Any other abort means that no answer came.
      if (!(cause instanceof LeaseLost))
        this.unavailable ??= new RelayUnavailable(run.isAborted ? noAnswer() : cause);
    }
    return run.deliveries.map((delivery) => decided.get(delivery.id) ?? release(delivery));
  }

  async #sendAll(run: HandlerRun, decided: Decided): Promise<void> {
    const messages = await this.#outgoing(run, decided);
    const endsAt = monotonicMs() + this.#budgetMs;
    const deliveries = new Map(run.deliveries.map((delivery) => [delivery.id, delivery]));
    const decide = (id: string, refused?: string) => {
      const claim = deliveries.get(id);
      if (claim) decided.set(id, refused ? refusal(run, claim, refused) : relayed(claim));
    };
    for (const call of inCalls(messages)) {
      run.throwIfAborted();
      const [first] = call;
      if (first && Buffer.byteLength(first.body) > mostBytes) decide(first.id, 'MessageTooLong');
      else await this.#options.sender.send(call, decide, endsAt);
    }
  }

  /** What of a run can be sent. A delivery whose message is gone cannot, and is dead. */
  async #outgoing(run: HandlerRun, decided: Decided): Promise<OutgoingMessage[]> {
    const { queue, number: database = 0 } = this.#options;
    const isFifo = queue.policy.engine === 'sqs-fifo';
    const messages: OutgoingMessage[] = [];
    for (const delivery of run.deliveries) {
      const { id, type } = delivery;
      const round = (await this.#rounds.get(delivery))?.get(id) ?? 0;
      if (type === null) decided.set(id, unsendable(run, delivery, queue.name));
      else messages.push(outgoing({ delivery: { ...delivery, type }, round, database, isFifo }));
    }
    return messages;
  }

  get #budgetMs(): number {
    return Math.min(patienceMs, this.#options.deadline.callBudgetMs);
  }
}

const relayed = ({ id, token }: ClaimedDelivery): Result => ({ id, token, outcome: 'relayed' });

const refusal = (run: HandlerRun, claim: ClaimedDelivery, code: string): Result =>
  dead({ claim, ms: run.elapsedMs }, new RefusedBySqs(code));

const unsendable = (run: HandlerRun, claim: ClaimedDelivery, queue: string): Result =>
  dead({ claim, ms: run.elapsedMs }, new UnknownType(queue, null));

const noAnswer = () =>
  new AwsCallFailed('sqs:SendMessageBatch', { reason: 'no answer', isTransient: true });
