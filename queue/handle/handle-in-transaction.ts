// One delivery, handled inside the transaction that settles it: its writes, its follow-ups and its outcome commit
// together, or none of them do.

import type { Session } from '#queue/database.ts';
import type { TransactionalSubscription } from '#queue/declare/transactional-handler.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { type Settled, settle } from '#queue/routines/settle.ts';
import { done, failed, failureOf } from './build-result.ts';
import { Context } from './context.ts';
import type { HandlerRun } from './handler-run.ts';
import { openMessage } from './open-message.ts';
import { OpenTransaction } from './open-transaction.ts';
import type { QueueRuntime } from './queue-runtime.ts';

/** A failure is rolled back and given as a result, to be settled like any other. */
export async function handleInTransaction(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  runtime: QueueRuntime,
  { type, handler }: TransactionalSubscription,
): Promise<Result | Settled> {
  let session: Session | undefined;
  try {
    const message = await openMessage(run, delivery, type);
    if ('outcome' in message) return message;
    session = await acquire(run, runtime);
    const begun = session.script(beginning(runtime.queue.policy.timeoutSeconds));
    await run.race(begun);
    const transaction = new OpenTransaction(session);
    const context = Object.assign(new Context(run, delivery, runtime), { transaction });
    const handling = Promise.resolve(handler(message, context));
    await run.race(handling).finally(() => transaction.end());
    const followUps = context.close();
    const checking = Promise.resolve(followUps?.checked());
    await run.race(checking);
    const result = done(delivery, run.elapsedMs, followUps?.messages);
    const settling = settleAndCommit(session, runtime.queue.name, result);
    const settled = await run.race(settling);
    runtime.sessions.release(session);
    return settled;
  } catch (thrown) {
    if (session) await rollBack(session, run, runtime);
    return failed(failureOf(run, delivery, type), thrown);
  }
}

async function acquire(run: HandlerRun, runtime: QueueRuntime): Promise<Session> {
  const acquiring = runtime.sessions.acquire();
  try {
    return await run.race(acquiring);
  } catch (error) {
    // Should it open after all, nobody is there to use it.
    acquiring.then(
      (late) => runtime.sessions.discard(late),
      () => {},
    );
    throw error;
  }
}

// The server ends what the engine cannot: a statement that hangs, a transaction left open by a frozen sandbox.
function beginning(timeoutSeconds: number): string {
  const timeoutMs = Math.ceil(timeoutSeconds * 1000);
  return `begin;
    set local statement_timeout = ${timeoutMs};
    set local idle_in_transaction_session_timeout = ${timeoutMs}`;
}

async function settleAndCommit(session: Session, queue: string, result: Result): Promise<Settled> {
  const answer = await settle(session, queue, [result]);
  await session.script(answer.settled.settled === 1 ? 'commit' : 'rollback');
  return answer;
}

// A handler that was given up may still be at work on its connection; and a connection may be what failed.
async function rollBack(session: Session, run: HandlerRun, runtime: QueueRuntime): Promise<void> {
  const { sessions } = runtime;
  if (run.isAborted) return sessions.discard(session);
  try {
    await run.race(session.script('rollback'));
    sessions.release(session);
  } catch {
    await sessions.discard(session);
  }
}
