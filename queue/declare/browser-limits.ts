// What browsers may give along with messages of a public type. Whoever visits the page can send what it sends, so without
// a type's word they may not hold others up, nor take back what was sent.
import { misuse } from '#queue/misuse.ts';
import { requireInRange } from './in-range.ts';
import { firstPriority, lastPriority, mostDelaySeconds } from './message-limits.ts';

/** What browsers may give along with messages of a public type. */
export interface BrowserLimits {
  /** The most urgent priority, 1 to 9, default 5, the priority of messages that give none. */
  readonly priority: number;
  /**
   * The longest delay of a message with a `groupKey`, in seconds: its whole group waits for it. 0 to 31536000, default 60.
   */
  readonly groupDelaySeconds: number;
  /** Whether they may give `replace`, by which a message that waits is cancelled. Default false. */
  readonly replace: boolean;
}

const defaults: BrowserLimits = { priority: 5, groupDelaySeconds: 60, replace: false };

/** All limits, of a type that is public with those. Throws a TypeError that says which is out of range. */
export function browserLimits(given: true | Partial<BrowserLimits>): BrowserLimits {
  const { priority, groupDelaySeconds, replace, ...unknown } = {
    ...defaults,
    ...(given === true ? {} : given),
  };
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined)
    misuse(`public takes ${Object.keys(defaults).join(', ')}; it does not know "${misspelt}"`);
  requireInRange('public.priority', priority, { from: firstPriority, to: lastPriority });
  requireInRange('public.groupDelaySeconds', groupDelaySeconds, {
    from: 0,
    to: mostDelaySeconds,
    fractional: true,
  });
  if (typeof replace !== 'boolean') misuse(`public.replace is true or false; got ${replace}`);
  return { priority, groupDelaySeconds, replace };
}
