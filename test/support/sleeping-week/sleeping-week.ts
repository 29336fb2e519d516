// Simulated days of a deployment that sleeps: what was planned comes, wake-ups are fired as AWS fires them, and trouble
// happens. Only the clock is not real; Postgres, HTTP, the drain and the calls to AWS are.
import type { Registry } from '#queue/declare/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { type Random, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { putApiKey, secret } from '#test/support/functions/api.ts';
import type { Call } from '#test/support/functions/gateway-event.ts';
import { DeliveryWatch } from './delivery-watch.ts';
import { type Invocation, type Lateness, lateness } from './lateness.ts';
import { type MovedClock, movedClock } from './moved-clock.ts';
import { type Arrival, plannedArrivals } from './planned-arrivals.ts';
import { planned, plannedQueues } from './planned-queues.ts';
import { ProductLine } from './product-line.ts';
import {
  type Answered,
  type SleepingDeployment,
  sleepingDeployment,
} from './sleeping-deployment.ts';
import { armingTroubles, invocationTrouble } from './troubles.ts';
import { type WakeUpCall, WakeUpCalls } from './wake-up-calls.ts';

export interface SleepingDays {
  readonly days: number;
  /** That were handled at least once. */
  readonly deliveries: number;
  readonly lateness: Lateness;
  /** Deliveries that are still live two days after the last one. */
  readonly leftOver: number;
  /** Times at which a schedule was due, and no message of it was handled. */
  readonly missedDueTimes: readonly string[];
  readonly invocations: readonly Invocation[];
  /** When the database saw a query in these days, in milliseconds from the start. */
  readonly queryTimes: readonly number[];
}

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const queuesOfPlanned = ['plain', 'second'];

export async function sleepingDays(days: number, seed: number): Promise<SleepingDays> {
  const random = seededRandom(seed);
  const own = await createDatabase();
  await putApiKey(own, 'shop', secret, ['enqueue:*', 'read', 'operate']);
  const clock = movedClock(own.query);
  const watch = new DeliveryWatch(own, clock);
  const registry = plannedQueues((start) => watch.started(start));
  await syncRegistry(own.database, registry);
  const line = new ProductLine(own.database, clock);
  const skewMs = random.below(2_000) - 1_000;
  const deployment = await sleepingDeployment({
    database: line.database,
    registry,
    now: () => new Date(clock.now() + skewMs),
    awsTrouble: armingTroubles(random),
  });
  const from = clock.now();
  const calls = new WakeUpCalls(deployment.schedules, { random, skewMs, from });
  const world = new SleepingWorld({ own, random, clock, watch, line, deployment, calls });
  try {
    await world.live(plannedArrivals(days, from, random), from + days * dayMs);
  } finally {
    await deployment.stop();
  }
  const due = dueTimes(registry, { from: world.begunAt, to: from + days * dayMs });
  return {
    days,
    deliveries: new Set(watch.starts.map(({ delivery }) => delivery)).size,
    lateness: lateness(watch.starts, world.invocations),
    leftOver: await watch.countLive(),
    missedDueTimes: due.filter((at) => !watch.dueTimes.has(at.getTime())).map(String),
    invocations: world.invocations,
    queryTimes: line.queryTimes.map((time) => time - from).filter((ms) => ms < days * dayMs),
  };
}

/** Of all schedules. The first drain starts them. */
function dueTimes({ schedules }: Registry, { from, to }: { from: number; to: number }): Date[] {
  return [...schedules.values()].flatMap(({ rule }) => {
    const times: Date[] = [];
    for (let at = rule.after(new Date(from)); at.getTime() < to; at = rule.after(at))
      times.push(at);
    return times;
  });
}

interface Parts {
  readonly own: TestDatabase;
  readonly random: Random;
  readonly clock: MovedClock;
  readonly watch: DeliveryWatch;
  readonly line: ProductLine;
  readonly deployment: SleepingDeployment;
  readonly calls: WakeUpCalls;
}

class SleepingWorld {
  readonly invocations: Invocation[] = [];
  readonly #parts: Parts;
  /** When a drain came to its end for the first time. */
  begunAt = Number.POSITIVE_INFINITY;
  readonly #ids: string[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Until all has come and been handled, or two days have passed since. */
  async live(arrivals: readonly Arrival[], end: number): Promise<void> {
    for (const arrival of arrivals) {
      await this.#until(arrival.at);
      await this.#take(arrival);
    }
    const { watch } = this.#parts;
    for (let at = end; at < end + 2 * dayMs; at += hourMs) {
      await this.#until(at);
      if ((await watch.countLive()) === 0) break;
    }
  }

  /** Lets the time come, and all wake-ups before it. */
  async #until(time: number): Promise<void> {
    const { calls, clock } = this.#parts;
    while (calls.next <= time) {
      await clock.until(calls.next);
      await Promise.all(calls.begin(clock.now()).map((call) => this.#invoke(call)));
    }
    await clock.until(time);
  }

  async #invoke(call: WakeUpCall): Promise<void> {
    const { random, clock, watch, deployment, calls } = this.#parts;
    const trouble = invocationTrouble(random);
    const startedAt = clock.now();
    const { isLost, isUnarmed } = await deployment.invoke(trouble);
    this.invocations.push({ startedAt, isLost });
    if (!isLost) this.begunAt = Math.min(this.begunAt, clock.now());
    if (isLost && typeof trouble === 'object') await watch.consumerDied();
    const isOver = !isLost || !calls.repeat(call, clock.now());
    if (isOver && (isLost || isUnarmed)) await watch.allUnarmed();
    if (isOver && !isLost && !isUnarmed) watch.allArmed();
  }

  async #take(arrival: Arrival): Promise<void> {
    const { random, own, watch, line } = this.#parts;
    switch (arrival.kind) {
      case 'http': {
        line.holdNext(arrival.slowMs, (time) => this.#until(time));
        const body = {
          messages: arrival.messages.map((each) => ({ type: planned.name, ...each })),
        };
        const { answer, isUnarmed } = await this.#call({ path: '/v1/messages/batch', body });
        const ids: string[] = answer.body.messages.map(({ id }: { id: string }) => id);
        this.#ids.push(...ids);
        if (isUnarmed) watch.unarmed(queuesOfPlanned, ids);
        return;
      }
      case 'sql': {
        const text = `select millrace.enqueue($1, '{}') as id`;
        const [row] = await own.query<{ id: string }>(text, [planned.name]);
        return watch.unarmed(queuesOfPlanned, [String(row?.id)]);
      }
      case 'replay': {
        const id = this.#ids[random.below(this.#ids.length)];
        return id ? this.#operate(`/v1/messages/${id}/replay`) : undefined;
      }
      case 'redrive':
        for (const queue of queuesOfPlanned)
          await this.#operate('/v1/dead-letters/redrive', { filter: { queue } });
        return;
      case 'pause':
        return this.#operate('/v1/queues/plain/pause');
      case 'resume':
        await this.#operate('/v1/queues/plain/resume');
        watch.resumed('plain');
    }
  }

  async #operate(path: string, body: object = {}): Promise<void> {
    const { isUnarmed } = await this.#call({ method: 'POST', path, body });
    if (isUnarmed) await this.#parts.watch.allUnarmed();
  }

  async #call(call: Call): Promise<Answered> {
    const { deployment, random } = this.#parts;
    const answered = await deployment.call(call, random.below(2) === 0 ? 0 : 1);
    const { status, text } = answered.answer;
    if (status >= 300) throw new Error(`${call.path} was answered ${status}: ${text}`);
    return answered;
  }
}
