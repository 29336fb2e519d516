// What a queue's list of subscriptions may hold: a message type with the handler that the queue has for it, which
// takes messages one by one (`on`), in batches (`onBatch`), inside the transaction that settles them (`onInTransaction`),
// or in steps (`onInSteps`).
import type { BatchSubscription } from './batch-handler.ts';
import type { SingleSubscription } from './handler.ts';
import type { StepsSubscription } from './steps-handler.ts';
import type { TransactionalSubscription } from './transactional-handler.ts';

/** What a queue's list of subscriptions may hold: what `on`, `onBatch`, `onInTransaction` and `onInSteps` declare. */
export type Subscription =
  | SingleSubscription
  | BatchSubscription
  | TransactionalSubscription
  | StepsSubscription;
