// What carries a queue's deliveries to their handlers: Postgres itself, or SQS, for which Postgres is the outbox. What SQS
// cannot keep to is refused here, when the queue is declared, and not found out when it is broken.
import { misuse } from '#queue/misuse.ts';
import { isInRange } from './in-range.ts';
import { usualPriority } from './priority-classes.ts';
import type { Subscription } from './subscription.ts';

/** The part of a queue's policy that says what carries its deliveries. */
export interface EngineOptions {
  /**
   * What carries deliveries to handlers. Default `postgres`. With `sqs`, a standard queue of SQS, or `sqs-fifo`, one that
   * keeps groups in order, messages are stored in Postgres in the caller's transaction as ever, relayed to SQS from there,
   * and handled as SQS hands them out. A standard queue takes no message with a `groupKey`. With `fair` it is one of SQS's fair
   * queues, which a FIFO queue cannot be. Neither goes with `maxInFlight`, `maxInFlightPerKey`, `maxDepth`, `rate`, `ratePerKey`,
   * `deadBlocksGroup`, a `groupConcurrency` other than 1, `onInTransaction` or `onInSteps`.
   */
  readonly engine: 'postgres' | 'sqs' | 'sqs-fifo';
  /**
   * What Postgres is told of deliveries that SQS carries: `all`, which is the default, or `failures`, with which a handler
   * that simply succeeds writes nothing, and its delivery is shown as relayed for good. Only with an SQS engine.
   */
  readonly history: 'all' | 'failures';
  /**
   * Whether a copy that SQS hands out twice, or that the relay sends twice, is found out before its handler runs, for one
   * more call of the database for each batch. Default false: handlers are idempotent. Only with an SQS engine.
   */
  readonly once: boolean;
  /**
   * False: what is enqueued waits in Postgres and is not sent to SQS, while what SQS has is handled. It is for the way back to
   * Postgres: once SQS is empty, nothing that came later can have overtaken what came before. Default true. Only with an SQS engine.
   */
  readonly relay: boolean;
  /**
   * The classes of priority that have an SQS queue each, so that what is urgent does not wait behind what is not: `[2, 5]` has one for
   * the priorities 1 and 2, and one for all others. A message goes to the first class that is not more urgent than it, or to
   * the last. 1 to 9, the most urgent first; default `[5]`, one for all. Only with the engine `sqs`: a group in several queues has no
   * order, and Postgres claims by priority anyway.
   */
  readonly priorities: readonly number[];
}

/** Whether SQS carries the queue's deliveries. */
export const isOnSqs = (queue: { readonly policy: Pick<EngineOptions, 'engine'> }): boolean =>
  queue.policy.engine !== 'postgres';

/** Whether the queue's deliveries are sent on to SQS as they come. */
export const isRelayed = (queue: {
  readonly policy: Pick<EngineOptions, 'engine' | 'relay'>;
}): boolean => isOnSqs(queue) && queue.policy.relay;

const inexact = 'SQS cannot count exactly';

/** Options of a policy that SQS cannot keep to, and why. */
const refusals = {
  maxInFlight: inexact,
  maxInFlightPerKey: inexact,
  maxDepth: inexact,
  rate: inexact,
  ratePerKey: inexact,
  deadBlocksGroup: 'SQS goes on without what has died',
  groupConcurrency: 'SQS hands out one member of a group at a time',
} as const;

/** Forms of handlers that need Postgres, and why. */
const unfitForms = {
  transactional: ['onInTransaction', 'no transaction settles what SQS holds'],
  steps: ['onInSteps', 'steps are recorded under a lease that Postgres has given'],
} as const;

type Policy = EngineOptions & { readonly fair?: boolean } & {
  readonly [Option in keyof typeof refusals]?: unknown;
};

/** Throws a TypeError that names what does not go with the queue's engine, and says why. */
export function requireFitForEngine(
  queue: {
    readonly name: string;
    readonly policy: Policy;
    readonly subscriptions: readonly Subscription[];
  },
  defaults: Policy,
): void {
  const { name, policy, subscriptions } = queue;
  const refuse = (sentence: string): never => misuse(`Queue "${name}": ${sentence}`);
  const requireOneOf = (option: keyof EngineOptions, ...values: readonly unknown[]) => {
    if (!values.includes(policy[option]))
      refuse(`${option} is one of ${values.join(', ')}; got ${policy[option]}`);
  };
  requireOneOf('engine', 'postgres', 'sqs', 'sqs-fifo');
  requireOneOf('history', 'all', 'failures');
  requireOneOf('once', true, false);
  requireOneOf('relay', true, false);
  requireClasses(policy, refuse);
  if (!isOnSqs(queue)) {
    if (policy.history !== 'all' || policy.once || !policy.relay)
      refuse(
        'history, once and relay are for an SQS engine; Postgres keeps all, and hands nothing out twice',
      );
    return;
  }
  const where = `does not go with engine "${policy.engine}"`;
  for (const [option, reason] of Object.entries(refusals) as [keyof typeof refusals, string][])
    if (policy[option] !== defaults[option]) refuse(`${option} ${where}: ${reason}`);
  if (policy.engine === 'sqs-fifo' && policy.fair)
    refuse(`fair ${where}: a FIFO queue hands groups out in its own order`);
  for (const { kind, type } of subscriptions)
    if (kind === 'transactional' || kind === 'steps') {
      const [form, reason] = unfitForms[kind];
      refuse(`${form}, as for "${type.name}", ${where}: ${reason}`);
    }
}

/** Throws as refuse does for classes of priority that are none, or that the engine cannot have. */
function requireClasses({ engine, priorities }: Policy, refuse: (sentence: string) => never): void {
  const areAscending =
    Array.isArray(priorities) &&
    priorities.length > 0 &&
    priorities.every((each, n) => isInRange(each, { from: 1 + (priorities[n - 1] ?? 0), to: 9 }));
  if (!areAscending)
    refuse(`priorities are whole numbers from 1 to 9, the most urgent first; got ${priorities}`);
  if (engine !== 'sqs' && `${priorities}` !== `${usualPriority}`)
    refuse(
      'priorities are for engine "sqs": Postgres claims by them anyway, and in several SQS queues a group has no order',
    );
}
