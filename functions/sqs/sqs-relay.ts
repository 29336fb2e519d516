// The relay of one queue in one drain: claimed deliveries leave Postgres for SQS. What SQS has accepted is relayed; what it will
// never take is dead; and where SQS is away everything else is released, without an attempt spent.
import type { AwsAccess } from '#functions/aws/access.ts';
import { AwsCallFailed } from '#functions/aws/aws-call-failed.ts';
import { mostEntries, type OutgoingMessage } from '#functions/aws/sqs.ts';
import type { Database } from '#queue/database.ts';
import { hasClasses } from '#queue/declare/priority-classes.ts';
import type { Queue } from '#queue/declare/queue.ts';
import { LeaseLost, UnknownType } from '#queue/errors.ts';
import { dead, release } from '#queue/handle/build-result.ts';
import type { HandlerRun } from '#queue/handle/handler-run.ts';
import type { Relay } from '#queue/handle/relay.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { rounds } from '#queue/routines/rounds.ts';
import { type WayToSqs, wayToSqs } from '#queue/routines/way-to-sqs.ts';
import { inCalls, mostBytes } from './in-calls.ts';
import { outgoing } from './outgoing.ts';
import type { QueueUrls } from './queue-urls.ts';
import { RefusedBySqs, RelayUnavailable } from './relay-errors.ts';
import { Sender } from './sender.ts';

/** For so long, in milliseconds, a run waits for SQS to have capacity, and as long for the database to be asked. */
const patienceMs = 10_000;

interface RelayOptions {
  readonly queue: Queue;
  readonly urls: QueueUrls;
  readonly access: AwsAccess;
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
  readonly #asked = new WeakMap<ClaimedDelivery, Promise<WayToSqs>>();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  expect(deliveries: readonly ClaimedDelivery[]): void {
    if (deliveries.length === 0) return;
    const asked = this.#ask(deliveries);
    // Whoever sends one of them hears of a failure; perhaps none of them is sent.
    asked.catch(() => {});
    for (const delivery of deliveries) this.#asked.set(delivery, asked);
  }

  async #ask(claimed: readonly ClaimedDelivery[]): Promise<WayToSqs> {
    const { database, queue } = this.#options;
    const call = { queue: queue.name, budgetMs: this.#budgetMs };
    const { fair } = queue.policy;
    if (fair || hasClasses(queue)) return wayToSqs(database, { ...call, claimed, isFair: fair });
    const ids = claimed.map(({ id }) => id);
    return {
      ...{ rounds: await rounds(database, { ...call, ids }) },
      ...{ priorities: new Map(), fairnessKeys: new Map() },
    };
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
    const byUrl = await this.#outgoing(run, decided);
    const endsAt = monotonicMs() + this.#budgetMs;
    const deliveries = new Map(run.deliveries.map((delivery) => [delivery.id, delivery]));
    const decide = (id: string, refused?: string) => {
      const claim = deliveries.get(id);
      if (claim) decided.set(id, refused ? refusal(run, claim, refused) : relayed(claim));
    };
    for (const [url, messages] of byUrl) {
      const sender = new Sender(this.#options.access, url);
      for (const call of inCalls(messages)) {
        run.throwIfAborted();
        const [first] = call;
        if (first && Buffer.byteLength(first.body) > mostBytes) decide(first.id, 'MessageTooLong');
        else await sender.send(call, decide, endsAt);
      }
    }
  }

  /** What of a run can be sent, by the URL of the SQS queue. A delivery whose message is gone cannot, and is dead. */
  async #outgoing(run: HandlerRun, decided: Decided): Promise<Map<string, OutgoingMessage[]>> {
    const { queue, urls, number: database = 0 } = this.#options;
    const isFifo = queue.policy.engine === 'sqs-fifo';
    const byUrl = new Map<string, OutgoingMessage[]>();
    for (const delivery of run.deliveries) {
      const { id, type } = delivery;
      const asked = await this.#asked.get(delivery);
      const round = asked?.rounds.get(id) ?? 0;
      const priority = hasClasses(queue) ? asked?.priorities.get(id) : undefined;
      const fairnessKey = asked?.fairnessKeys.get(id);
      if (type === null) decided.set(id, unsendable(run, delivery, queue.name));
      else {
        const how = { round, priority, fairnessKey, database, isFifo };
        const url = urls.of(queue, priority);
        byUrl.set(url, [
          ...(byUrl.get(url) ?? []),
          outgoing({ delivery: { ...delivery, type }, ...how }),
        ]);
      }
    }
    return byUrl;
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
