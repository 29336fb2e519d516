// The three modes of a deployment, each off by default and free to combine: what may be asked for, and what is refused at synth.
import { Duration } from 'aws-cdk-lib';
import { type Range, requireInRange } from '#infra/function/in-range.ts';

/** The modes of a deployment, free to combine. */
export interface ModeOptions {
  /**
   * No query reaches the database while nothing is due, so that it may suspend; wake-ups are armed for what is. `backstop` is how
   * often the recurring schedule still looks, for what plain SQL has enqueued: 15 minutes to 24 hours, default 6 hours. Default: off.
   */
  readonly sleep?: true | { readonly backstop?: Duration };
  /** An enqueue over HTTP wakes the consumer at once. Default false: the message waits for the next tick. */
  readonly eager?: boolean;
  /** With how many further invocations the consumer may share its backlog, 1 to 100. Default: none. */
  readonly handOver?: number;
}

const defaultBackstop = Duration.hours(6);
const leastBackstop = Duration.minutes(15);
const mostBackstop = Duration.hours(24);
export const helpersRange: Range = { from: 1, to: 100, of: 'further invocations' };

/** How often the recurring schedule of a deployment that sleeps fires; undefined when it does not sleep. */
export function backstopOf({ sleep }: ModeOptions): Duration | undefined {
  if (sleep === undefined) return undefined;
  const { backstop = defaultBackstop } = sleep === true ? {} : sleep;
  const seconds = backstop.toSeconds({ integral: false });
  const isAllowed =
    seconds % 60 === 0 &&
    seconds >= leastBackstop.toSeconds() &&
    seconds <= mostBackstop.toSeconds();
  if (isAllowed) return backstop;
  throw new RangeError(
    `The backstop of sleep is a whole number of minutes from 15 minutes to 24 hours; got ${backstop.toHumanString()}`,
  );
}

/** With how many further invocations a consumer may share its backlog; undefined when with none. */
export function helpersOf({ handOver }: ModeOptions): number | undefined {
  requireInRange('handOver', handOver, helpersRange);
  return handOver;
}
