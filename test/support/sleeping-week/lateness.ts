// What was promised to each delivery, and what came of it. Its time is when it can be claimed; within two minutes of it the
// handler is to start. There are two excuses, and those who have one are counted apart: the consumer that came for it was
// lost (it was killed, or did not reach the database), or nobody could arm a wake-up for it. Whoever comes next, a wake-up
// for others or the backstop, takes these along.

/** Of one start of a handler. Times are in milliseconds. */
export interface HandlerStart {
  /** Queue and message. */
  readonly delivery: string;
  readonly claimableAt: number;
  readonly startedAt: number;
  /** Arming for it was lost, and no drain has come to its end since. */
  readonly isUnarmed: boolean;
}

/** An invocation of the consumer. */
export interface Invocation {
  readonly startedAt: number;
  readonly isLost: boolean;
}

interface Counted {
  readonly starts: number;
  /** In seconds. */
  readonly worst: number;
}

export interface Lateness {
  readonly inTime: Counted;
  /** From the start of the invocation that was lost. */
  readonly behindLost: Counted;
  readonly unarmed: Counted;
  /** What breaks the promise, as sentences. */
  readonly broken: readonly string[];
}

const minuteMs = 60_000;
const promisedMs = 2 * minuteMs;
/**
 * Lambda repeats a lost invocation after a minute and after two more. What one held is free when its lease of 90 s ends, and
 * then a wake-up takes up to 95 s.
 */
const repeatedMs = 4 * minuteMs;
/** Whatever was lost, then comes the backstop. */
const backstopMs = 6 * 60 * minuteMs;

export function lateness(
  starts: readonly HandlerStart[],
  invocations: readonly Invocation[],
): Lateness {
  const [inTime, behindLost, unarmed]: [number[], number[], number[]] = [[], [], []];
  const broken: string[] = [];
  for (const start of starts) {
    const late = start.startedAt - start.claimableAt;
    const lost = lastLost(invocations, start);
    if (late <= promisedMs) inTime.push(late);
    else if (lost && start.startedAt - lost.startedAt <= repeatedMs)
      behindLost.push(start.startedAt - lost.startedAt);
    else if (start.isUnarmed && late <= backstopMs + repeatedMs) unarmed.push(late);
    else broken.push(sentence(start, invocations));
  }
  return {
    inTime: counted(inTime),
    behindLost: counted(behindLost),
    unarmed: counted(unarmed),
    broken,
  };
}

const lastLost = (invocations: readonly Invocation[], { startedAt }: HandlerStart) =>
  invocations.findLast((each) => each.isLost && each.startedAt < startedAt);

const counted = (late: readonly number[]): Counted => ({
  starts: late.length,
  worst: seconds(Math.max(0, ...late)),
});

/** With the invocations before it, which say why. */
function sentence(
  { delivery, claimableAt, startedAt }: HandlerStart,
  invocations: readonly Invocation[],
): string {
  const before = invocations
    .filter((each) => startedAt - each.startedAt < 5 * minuteMs && each.startedAt <= startedAt)
    .map((each) => `${seconds(startedAt - each.startedAt)} s${each.isLost ? ' (lost)' : ''}`);
  const late = `began ${seconds(startedAt - claimableAt)} s after it could be claimed`;
  return `${delivery} ${late}; consumers were invoked before it: ${before.join(', ')}`;
}

const seconds = (ms: number) => Math.round(ms / 1000);
