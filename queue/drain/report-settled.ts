import type { Log } from '#queue/log.ts';
import type { Settled } from '#queue/routines/settle.ts';

/**
 * Logs a line for each delivery that did not go well, without stack and payload: the database keeps those with the
 * attempt.
 */
export function reportSettled(log: Log, queue: string, { results, settled }: Settled): void {
  const { stale, dead } = settled;
  reportStale(log, queue, stale);
  for (const result of results) {
    if (!('error' in result) || stale.includes(result.id)) continue;
    const { name, message } = result.error;
    const attributes = { messageId: result.id, queue, error: name, reason: message.slice(0, 200) };
    if (dead.includes(result.id)) log.error('dead letter', attributes);
    else log.warn('attempt failed', attributes);
  }
}

/** Logs deliveries that ended because their last lease ran out. */
export function reportExpired(log: Log, queue: string, dead: readonly string[]): void {
  for (const messageId of dead)
    log.error('dead letter', { messageId, queue, error: 'LeaseExpired' });
}

export function reportStale(log: Log, queue: string, stale: readonly string[]): void {
  for (const messageId of stale)
    log.warn('lease lost: another consumer has the delivery', { messageId, queue });
}
