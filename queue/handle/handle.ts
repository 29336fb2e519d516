// Runs a handler and says how that ended, for each delivery. Never throws: every failure is an outcome.
import { UnknownType } from '#queue/errors.ts';
import { dead, type Result } from '#queue/routines/result.ts';
import { handleBatch } from './handle-batch.ts';
import { handleInTransaction } from './handle-in-transaction.ts';
import { handleSingle } from './handle-single.ts';
import type { Run } from './handler-run.ts';
import type { Surroundings } from './queue-runtime.ts';
import type { SettledInTransaction } from './settled-in-transaction.ts';

export type Handled = Result | SettledInTransaction;

/** All deliveries of a run are of one type. */
export async function handle(run: Run, surroundings: Surroundings): Promise<readonly Handled[]> {
  const [delivery] = run.deliveries;
  if (!delivery) return [];
  const subscription = surroundings.subscriptions.get(delivery.type ?? '');
  switch (subscription?.kind) {
    case 'single':
      return [await handleSingle(run, delivery, surroundings, subscription)];
    case 'batch':
      return handleBatch(run, surroundings, subscription);
    case 'transactional':
      return [await handleInTransaction(run, delivery, surroundings, subscription)];
    default: {
      const error = new UnknownType(surroundings.queue.name, delivery.type);
      return run.deliveries.map((claim) => dead({ claim, ms: run.elapsedMs }, error));
    }
  }
}
