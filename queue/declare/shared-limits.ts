// Limits that count exactly, over several databases. None of them sees what the others have started, so each has an equal part.
import type { Queue, QueuePolicy, RateLimit } from '#queue/declare/queue.ts';
import { misuse } from '#queue/misuse.ts';

type Limits = Pick<
  QueuePolicy,
  'maxInFlight' | 'maxInFlightPerKey' | 'maxDepth' | 'rate' | 'ratePerKey'
>;

/**
 * The limits of a queue in one of so many databases: each divided by their number and rounded down, bursts likewise. Throws a
 * TypeError for a limit that is smaller than their number, since a database would have nothing of it.
 */
export function sharedLimits(
  { name, policy }: Pick<Queue, 'name' | 'policy'>,
  databases: number,
): Limits {
  const { maxInFlight, maxInFlightPerKey, maxDepth, rate, ratePerKey } = policy;
  if (databases === 1)
    return { maxInFlight, maxInFlightPerKey, maxDepth, rate, ratePerKey } as Limits;
  const share = (limit: string, total: number | undefined) => {
    if (total === undefined) return undefined;
    if (total < databases)
      misuse(
        `Queue "${name}": ${limit} is ${total}, which cannot be divided by ${databases} databases: ` +
          'each counts by itself, and would have nothing of it',
      );
    return Math.floor(total / databases);
  };
  const shareOfRate = (limit: string, whole: RateLimit | undefined) =>
    whole && {
      starts: share(`${limit}.starts`, whole.starts),
      perSeconds: whole.perSeconds,
      burst: share(`${limit}.burst`, whole.burst ?? whole.starts),
    };
  return {
    maxInFlight: share('maxInFlight', maxInFlight),
    maxInFlightPerKey: share('maxInFlightPerKey', maxInFlightPerKey),
    maxDepth: share('maxDepth', maxDepth),
    rate: shareOfRate('rate', rate),
    ratePerKey: shareOfRate('ratePerKey', ratePerKey),
  } as Limits;
}
