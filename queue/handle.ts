// Runs the handler for one delivery and says how that ended. Never throws: every failure is an outcome.
import type { Attempt } from './attempt.ts';
import { Context } from './context.ts';
import { isRejection, isSnooze } from './disposition.ts';
import { errorRecord } from './error-record.ts';
import { HandlerTimeout, PayloadMismatch, UnknownType } from './errors.ts';
import type { Message, Subscription } from './handler.ts';
import { validatePayload } from './payload.ts';
import type { Result } from './result.ts';
import type { Surroundings } from './surroundings.ts';

export async function handle(attempt: Attempt, surroundings: Surroundings): Promise<Result> {
  const { type, payload } = attempt.delivery;
  const subscription = surroundings.subscriptions.get(type ?? '');
  if (!subscription) return dead(attempt, new UnknownType(surroundings.queue.name, type));
  try {
    const checking = validatePayload(subscription.type, payload);
    // Awaiting what is no promise would cost every message a turn of the event loop's queue.
    const checked =
      checking instanceof Promise ? await withinTimeout(attempt, checking, surroundings) : checking;
    if (!checked.ok)
      return dead(attempt, new PayloadMismatch(subscription.type.name, checked.issues));
    return await run(attempt, surroundings, subscription, checked.value);
  } catch (thrown) {
    return failed(attempt, thrown);
  }
}

async function run(
  attempt: Attempt,
  surroundings: Surroundings,
  subscription: Subscription,
  payload: unknown,
): Promise<Result> {
  const context = new Context(attempt, surroundings);
  const handling = subscription.handler(toMessage(attempt, payload), context);
  if (isThenable(handling)) await withinTimeout(attempt, handling, surroundings);
  const { id, token } = attempt.delivery;
  const ms = attempt.elapsedMs;
  const followUps = context.close();
  if (!followUps) return { id, token, outcome: 'done', ms };
  const checking = followUps.checked();
  if (checking) await withinTimeout(attempt, checking, surroundings);
  return { id, token, outcome: 'done', ms, enqueue: followUps.messages };
}

// Not every handler has met the compiler: whatever else one returns means done, too.
const isThenable = (returned: unknown): returned is PromiseLike<unknown> =>
  returned instanceof Object && 'then' in returned && typeof returned.then === 'function';

function withinTimeout<Value>(
  attempt: Attempt,
  part: PromiseLike<Value>,
  { queue }: Surroundings,
): Promise<Value> {
  const { timeoutSeconds } = queue.policy;
  return attempt.race(part, timeoutSeconds * 1000, () => new HandlerTimeout(timeoutSeconds));
}

function toMessage({ delivery }: Attempt, payload: unknown): Message {
  return {
    id: delivery.id,
    type: delivery.type ?? '',
    payload,
    headers: delivery.headers ?? {},
    createdAt: new Date(delivery.createdAt),
    groupKey: delivery.groupKey,
  };
}

function failed(attempt: Attempt, thrown: unknown): Result {
  const { id, token } = attempt.delivery;
  const ms = attempt.elapsedMs;
  if (isSnooze(thrown)) return { id, token, outcome: 'snooze', ms, delaySeconds: thrown.seconds };
  if (isRejection(thrown)) return dead(attempt, thrown);
  return { id, token, outcome: 'retry', ms, error: errorRecord(thrown) };
}

function dead(attempt: Attempt, error: Error): Result {
  const { id, token } = attempt.delivery;
  return { id, token, outcome: 'dead', ms: attempt.elapsedMs, error: errorRecord(error) };
}
