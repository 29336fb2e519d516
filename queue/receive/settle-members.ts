// Settles how attempts have ended, and decides with it what becomes of their messages.

import { monotonicMs } from '#queue/monotonic-ms.ts';
import { errorRecord } from '#queue/routines/error-record.ts';
import { isRefusal } from '#queue/routines/failure-kind.ts';
import { aroundHeld } from '#queue/routines/held-by-others.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import type { Result } from '#queue/routines/result.ts';
import { type SettledReceived, settleReceived } from '#queue/routines/settle-received.ts';
import type { Member } from './member.ts';
import type { Reception } from './reception.ts';
import { type WithWait, withWait } from './waits.ts';

/** A result, and the message that it is of. */
export interface Ended {
  readonly member: Member;
  readonly result: Result;
}

type Decided = Ended & WithWait;

/**
 * Settles results: acknowledges what needs nobody any more, and hides what is to come back. What could not be settled comes back
 * as its carrier has it, which is logged.
 */
export async function settleMembers(reception: Reception, ended: readonly Ended[]): Promise<void> {
  const recorded: Decided[] = [];
  for (const one of ended)
    if (isRecorded(reception, one)) recorded.push({ ...one, ...waitOf(reception, one) });
    else acknowledgeSilently(reception, one);
  if (recorded.length === 0) return;
  const startedAt = monotonicMs();
  try {
    const { queue, log } = reception.runtime;
    const settleSome = async (some: readonly Decided[]) => {
      await settleAroundRefusal(reception, some);
      return some;
    };
    await aroundHeld(recorded, settleSome, ({ result: { id } }, error) => {
      log.warn('a result is not recorded', {
        ...{ queue: queue.name, messageId: id, ...loggedError(error) },
      });
    });
  } catch (error) {
    const { queue, log } = reception.runtime;
    log.error('results could not be recorded', {
      ...{ queue: queue.name, messages: recorded.length, ...loggedError(error) },
    });
  } finally {
    reception.report.tally.settleMs.add(monotonicMs() - startedAt);
  }
}

/** Whether there is anything that Postgres has to remember. */
function isRecorded({ runtime }: Reception, { member, result }: Ended): boolean {
  if (runtime.queue.policy.history === 'all' || member.isLeased) return true;
  return result.outcome !== 'done' || result.enqueue !== undefined || result.result !== undefined;
}

function acknowledgeSilently({ fates, report }: Reception, { member, result }: Ended): void {
  fates.acknowledge(member.copy);
  report.settled({ results: [result], settled: { dead: [], stale: [] } });
}

const waitOf = ({ runtime }: Reception, { member, result }: Ended): WithWait =>
  withWait(result, {
    policy: runtime.queue.policy,
    attempt: member.attempt,
    sentAtMs: member.copy.sentAtMs,
  });

/**
 * The database settles all results of a call or none. When it refuses one, each is settled by a call of its own, and those that
 * are refused again are retries instead, with the refusal as their error.
 */
async function settleAroundRefusal(
  reception: Reception,
  decided: readonly Decided[],
): Promise<void> {
  try {
    await settle(reception, decided);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    for (const one of decided) await settleAlone(reception, one);
  }
}

async function settleAlone(reception: Reception, one: Decided): Promise<void> {
  try {
    await settle(reception, [one]);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { id, token } = one.result;
    const result: Result = { id, token, outcome: 'retry', ms: 0, error: errorRecord(error) };
    await settle(reception, [{ ...one, ...waitOf(reception, { ...one, result }) }]);
  }
}

async function settle(reception: Reception, decided: readonly Decided[]): Promise<void> {
  const { runtime, deadline, report, token } = reception;
  const settled = await settleReceived(runtime.database, {
    queue: runtime.queue.name,
    token,
    results: decided.map(toSettle),
    budgetMs: deadline.settleBudgetMs,
  });
  const twice = new Set(settled.duplicate);
  const results = decided.map(({ result }) => result).filter(({ id }) => !twice.has(id));
  report.settled({ results, settled });
  for (const messageId of twice) {
    report.counts.stale += 1;
    runtime.log.info('had ended before: another copy was handled', {
      ...{ queue: runtime.queue.name, messageId },
    });
  }
  for (const one of decided) decideFate(reception, one, settled);
}

function toSettle({ member, result: { id: _, token: __, ...ended }, resend }: Decided) {
  const { copy, attempt } = member;
  return { message: copy.message, attempt, ...ended, ...(resend && { resend }) };
}

function decideFate(
  reception: Reception,
  { member: { copy }, result, resend }: Decided,
  { dead, stale, duplicate, delays }: SettledReceived,
): void {
  const { id, outcome } = result;
  const { fates } = reception;
  // Somebody else has it. To forget it here would lose it when that one fails.
  if (stale.includes(id)) return;
  const delay = delays[id];
  const hasEnded = outcome === 'done' || outcome === 'dead';
  if (outcome === 'done') reception.stored += result.enqueue?.length ?? 0;
  if (dead.includes(id) || duplicate.includes(id) || hasEnded) fates.acknowledge(copy);
  else if (outcome === 'release') fates.hide(copy, 0);
  else if (resend) {
    reception.stored += 1;
    fates.acknowledge(copy);
  } else if (delay !== undefined) fates.hide(copy, delay);
}
