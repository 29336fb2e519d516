import { HandlerTimeout } from './errors.ts';
import type { Run } from './run.ts';
import type { Surroundings } from './surroundings.ts';

/** Waits for a handler no longer than its queue allows. */
export function withinTimeout<Value>(
  run: Run,
  handling: PromiseLike<Value>,
  { queue }: Surroundings,
): Promise<Value> {
  const { timeoutSeconds } = queue.policy;
  return run.race(handling, timeoutSeconds * 1000, () => new HandlerTimeout(timeoutSeconds));
}
