// One delivery, handled inside the transaction that settles it: what its handler writes, its follow-ups and its outcome
// commit together, or none of them do. So its effects in this database happen exactly once.

import type { Session } from '#queue/database.ts';
import type { TransactionalSubscription } from '#queue/declare/transactional-handler.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { type Settled, settle } from '#queue/routines/settle.ts';
import { done, failed, failureOf, release } from './build-result.ts';
import { Context } from './context.ts';
import type { HandlerRun } from './handler-run.ts';
import { openMessage } from './open-message.ts';
import { OpenTransaction } from './open-transaction.ts';
import type { QueueRuntime } from './queue-runtime.ts';

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
  try {
    const message = await openMessage(run, delivery, type);
    if ('outcome' in message) return message;
    session = await sessions.begin(run, beginning(queue.policy.timeoutSeconds));
    if (!session) return release(delivery);
    const transaction = new OpenTransaction(session);
    const context = Object.assign(new Context(run, delivery, runtime), { transaction });
    const handling = Promise.resolve(handler(message, context));
    await run.race(handling).finally(() => transaction.end());
    const followUps = context.close();
    const checking = followUps?.checked();
    if (checking) await run.race(checking);
    const result = done(delivery, run.elapsedMs, followUps?.messages);
    const settling = settleAndCommit(session, queue.name, result);
    const settled = await run.race(settling);
    sessions.release(session);
    return settled;
  } catch (thrown) {
    if (session) await rollBack(session, run, runtime);
    return failed(failureOf(run, delivery, type), thrown);
  }
}

// These limits are the server's to keep, for what the engine cannot end: a statement that hangs, or a transaction that a
// frozen sandbox has left open.
function beginning(timeoutSeconds: number): string {
  const timeoutMs = Math.ceil(timeoutSeconds * 1000);
  return `begin;
    set local statement_timeout = ${timeoutMs};
    set local idle_in_transaction_session_timeout = ${timeoutMs}`;
}

async function settleAndCommit(session: Session, queue: string, result: Result): Promise<Settled> {
  const results = [result];
  const settled = await settle(session, queue, results);
  await session.script(settled.settled === 1 ? 'commit' : 'rollback');
  return { results, settled };
}

// The session is closed instead when the handler was given up, since that may still be at work on it, and when the
// rollback fails, since then the connection may be what has failed.
async function rollBack(session: Session, run: HandlerRun, { sessions }: QueueRuntime) {
  if (run.isAborted) return sessions.discard(session);
  try {
    await run.race(session.script('rollback'));
    sessions.release(session);
  } catch {
    await sessions.discard(session);
  }
}
