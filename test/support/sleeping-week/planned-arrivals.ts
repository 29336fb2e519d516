// What comes to a deployment in so many days, and when: bursts, single messages at any time, delays, messages that fail, wait or
// die, groups, plain SQL, and what operators do. All of it is drawn from one seed.
import type { Random } from '#test/support/chaos/seeded-random.ts';
import type { Plan } from './planned-queues.ts';

interface PlannedMessage {
  readonly payload: Plan;
  readonly delaySeconds?: number;
  readonly groupKey?: string;
}

export type Arrival = { readonly at: number } & (
  | {
      readonly kind: 'http';
      readonly messages: readonly PlannedMessage[];
      /** For so many milliseconds the call is under way before it reaches the database. */
      readonly slowMs: number;
    }
  | { readonly kind: 'sql' | 'redrive' | 'replay' | 'pause' | 'resume' }
);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** In their order. Nothing comes in the last hours of the last day. */
export function plannedArrivals(days: number, from: number, random: Random): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let day = 0; day < days; day += 1) {
    const anyTime = () => from + day * dayMs + random.below(dayMs - 3 * hourMs);
    const times = (count: number, make: (at: number) => readonly Arrival[]) => {
      for (let n = 0; n < count; n += 1) arrivals.push(...make(anyTime()));
    };
    times(2, (at) => burst(at, random));
    times(8, (at) => [http(at, [anyMessage(random)])]);
    times(12, (at) => [{ ...http(justBeforeWakeUp(at), [{ payload: {} }]), slowMs: 8_000 }]);
    times(6, (at) => [http(at, [{ ...anyMessage(random), delaySeconds: anyDelay(random) }])]);
    times(2, (at) => group(at, random));
    times(1, (at) => [{ at, kind: 'sql' }]);
    times(1, (at) => [
      http(at, [{ payload: { dies: true } }]),
      { at: at + hourMs, kind: 'redrive' },
    ]);
    times(1, (at) => [{ at, kind: 'replay' }]);
    times(1, (at) => [
      { at, kind: 'pause' },
      http(at + 10 * minuteMs, [{ payload: {} }]),
      { at: at + 90 * minuteMs, kind: 'resume' },
    ]);
  }
  return arrivals.sort((a, b) => a.at - b.at);
}

const http = (at: number, messages: readonly PlannedMessage[]) =>
  ({ at, kind: 'http', messages, slowMs: 0 }) as const;

/** Some tens of messages within half a minute. */
function burst(at: number, random: Random): Arrival[] {
  return Array.from({ length: 5 }, () =>
    http(
      at + random.below(minuteMs / 2),
      Array.from({ length: 1 + random.below(12) }, () => anyMessage(random)),
    ),
  );
}

/** Members of one group, some together and some later. */
function group(at: number, random: Random): Arrival[] {
  const groupKey = `group ${at}`;
  const member = () => ({ ...anyMessage(random), groupKey });
  return [http(at, [member(), member(), member()]), http(at + random.below(hourMs), [member()])];
}

function anyMessage(random: Random): PlannedMessage {
  const payload: Plan = {
    fails: random.isOneOf(5) ? 1 + random.below(3) : 0,
    snoozes: random.isOneOf(8) ? 30 + random.below(4_000) : 0,
    ...(random.isOneOf(8) && { followedAfter: random.below(7_200) }),
  };
  return { payload };
}

/** From a second to ten hours, short ones more often. */
function anyDelay(random: Random): number {
  return 1 + random.below(random.isOneOf(2) ? 600 : 36_000);
}

/** So that a wake-up that was armed before the commit would be fired before it. */
const justBeforeWakeUp = (at: number) => Math.ceil(at / 30_000) * 30_000 - 6_000;
