// A drain covers what is enqueued while it looks: no enqueue wakes another consumer then. Only where enqueues wake one.
import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';

interface CoverOptions {
  /** The drain's own id, a uuid. */
  readonly drain: string;
  /** For how long the call is repeated while the database is away, in milliseconds. */
  readonly budgetMs: number;
}

/** From now on no enqueue wakes another consumer, for at most forMs milliseconds. */
export async function takeCover(
  database: Database,
  { drain, budgetMs, forMs }: CoverOptions & { readonly forMs: number },
): Promise<void> {
  const parameters = [drain, Math.round(forMs)];
  await ask(database, 'select millrace.take_cover($1, $2)', parameters, budgetMs);
}

/** From now on enqueues wake another consumer; what was enqueued before is committed, for the next survey to see. */
export async function giveUpCover(
  database: Database,
  { drain, budgetMs }: CoverOptions,
): Promise<void> {
  await ask(database, 'select millrace.give_up_cover($1)', [drain], budgetMs);
}
