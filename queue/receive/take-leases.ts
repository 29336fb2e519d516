// Asks the database what it remembers of messages that were delivered before, and takes leases for those that may be handled.
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { aroundHeld } from '#queue/routines/held-by-others.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import { type Receipt, type ReceivedCopy, receive } from '#queue/routines/receive.ts';
import type { Member } from './member.ts';
import type { Received } from './received.ts';
import type { Reception } from './reception.ts';

/**
 * Answers those for whom there is a lease. Of the others those that have ended are acknowledged, those that are to wait are hidden,
 * and suspects are put by. Where the database says nothing, which is logged, all come back as their carrier has it. suspects:
 * how many are handled side by side, as receive has it.
 */
export async function takeLeases(
  reception: Reception,
  copies: readonly Received[],
  suspects: number,
): Promise<Member[]> {
  const receipts = await receiptsOf(reception, copies, suspects);
  return copies.flatMap((copy, n) => {
    const receipt = receipts[n];
    if (receipt?.state === 'taken') return [{ copy, attempt: receipt.attempt, isLeased: true }];
    if (receipt) decideFate(reception, copy, receipt);
    return [];
  });
}

async function receiptsOf(
  { runtime, report, deadline, leaseSeconds, token }: Reception,
  copies: readonly Received[],
  suspects: number,
): Promise<readonly (Receipt | undefined)[]> {
  const { queue, database, log } = runtime;
  const received = copies.map(({ message, count }) => ({ message, count }));
  const call = { queue: queue.name, token, leaseSeconds, suspects };
  const ask = (some: readonly ReceivedCopy[]) =>
    receive(database, { ...call, received: some, budgetMs: deadline.lookBudgetMs });
  const logged = { queue: queue.name };
  const startedAt = monotonicMs();
  try {
    return await aroundHeld(received, ask, ({ message: { id } }, error) => {
      log.warn('what was received is held', { ...logged, messageId: id, ...loggedError(error) });
    });
  } catch (error) {
    const attributes = { ...logged, messages: copies.length, ...loggedError(error) };
    log.error('what was received could not be looked up', attributes);
    return [];
  } finally {
    report.tally.claimMs.add(monotonicMs() - startedAt);
  }
}

function decideFate(
  { fates, report, suspects }: Reception,
  copy: Received,
  { state, waitSeconds, together }: Receipt,
): void {
  if (state === 'suspect') suspects.push({ copy, together: together ?? 1 });
  else if (state === 'held' || state === 'waiting') fates.hide(copy, waitSeconds);
  else fates.acknowledge(copy);
  if (state === 'dead') report.expired(copy.message.id);
}
