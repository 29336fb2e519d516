// One delivery, handled inside the transaction that settles it: what its handler writes, its follow-ups and its outcome
// commit together, or none of them do. So its effects in this database happen exactly once.

import type { Session } from '#queue/database.ts';
import type { TransactionalSubscription } from '#queue/declare/transactional-handler.ts';
import { isRejection } from '#queue/declare/ways-out.ts';
import { TransactionEnded } from '#queue/errors.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { type Settled, settle } from '#queue/routines/settle.ts';
import { beginClean } from './begin-clean.ts';
import { dead, done, failed, failureOf, release } from './build-result.ts';
import { Context } from './context.ts';
import type { HandlerRun } from './handler-run.ts';
import { openMessage } from './open-message.ts';
import { OpenTransaction } from './open-transaction.ts';
import type { QueueRuntime } from './queue-runtime.ts';
import { rollBack } from './roll-back.ts';
import { storedResult } from './stored-result.ts';

/**
 * What its own transaction has settled; or, when that was rolled back, a result to be settled like any other. Without a
 * session the handler is not started, and the delivery is released.
 */
export async function handleInTransaction(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  runtime: QueueRuntime,
  { type, handler }: TransactionalSubscription,
): Promise<Result | Settled> {
  const { queue, sessions } = runtime;
  let session: Session | undefined;
  let transaction: OpenTransaction | undefined;
  let isSettled = false;
  try {
    const message = await openMessage(run, delivery, type);
    if ('outcome' in message) return message;
    session = await sessions.begin(run, beginClean(queue.policy.timeoutSeconds));
    if (!session) return release(delivery);
    const opened = new OpenTransaction(session);
    transaction = opened;
    const context = Object.assign(new Context(run, delivery, runtime), { transaction });
    // As a promise, even if it throws at once: then too it must not use the transaction any longer.
    const handling = (async () => handler(message, context))();
    const returned: unknown = await run.work(handling).finally(() => opened.end());
    const followUps = context.close();
    const checking = followUps?.checked();
    if (checking) await run.work(checking);
    const result = returned && storedResult(returned, context.log);
    const results = [done(delivery, run.elapsedMs, { enqueue: followUps?.messages, result })];
    const settled = await run.race(settle(session, queue.name, results));
    isSettled = true;
    await run.race(session.script(settled.settled === 1 ? 'commit' : 'rollback'));
    sessions.release(session);
    return { results, settled };
  } catch (thrown) {
    const hasEnded = session && (await endTransaction(session, { run, runtime, isSettled }));
    const failure = failureOf(run, delivery, type);
    const reason = transaction?.reasonOf(thrown) ?? thrown;
    if (!hasEnded) return failed(failure, reason);
    const error =
      reason instanceof TransactionEnded ? reason : new TransactionEnded({ cause: reason });
    return isRejection(thrown) ? dead(failure, error) : failed(failure, error);
  }
}

interface Ending {
  readonly run: HandlerRun;
  readonly runtime: QueueRuntime;
  /** Whether the outcome was settled: then it is the engine's own commit that has failed. */
  readonly isSettled: boolean;
}

/** Ends what a failed run has left open, and answers whether its handler had ended the transaction itself. */
async function endTransaction(
  session: Session,
  { run, runtime: { sessions }, isSettled }: Ending,
): Promise<boolean> {
  // Undefined when it is not known: the handler was given up and may be at work on the session, or the connection may be
  // what has failed.
  const hasEnded =
    run.isAborted || isSettled
      ? undefined
      : await run.race(rollBack(session)).catch(() => undefined);
  // A handler that ended its transaction has done what the engine does not know; its session serves no other message.
  if (hasEnded === false) sessions.release(session);
  else await sessions.discard(session);
  return hasEnded ?? false;
}
