// Random lives of handlers in steps against a small model: which steps run in which attempt, and what the handler gets.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { result } from '#queue/declare/ways-out.ts';
import { isLong, seed } from '#test/support/chaos/seeded-random.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { inSteps } from '#test/support/queue/in-steps.ts';
import { loseEveryFirst } from '#test/support/queue/intercept.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { travel } from '#testing/time-travel.ts';

type Kind = 'step' | 'sleep';

/** What happens in one drain: at which of the handler's steps, if it runs, and whether answers are lost as well. */
interface Fate {
  readonly at: number;
  readonly trouble: 'none' | 'throws' | 'loses its lease';
  readonly loses: boolean;
  /** Whether it is claimed before its sleep is over. */
  readonly isEarly: boolean;
}

const life = fc.record({
  kinds: fc.array(fc.constantFrom<Kind>('step', 'step', 'sleep'), { minLength: 1, maxLength: 6 }),
  fates: fc.array(
    fc.record({
      at: fc.nat(5),
      trouble: fc.constantFrom<Fate['trouble']>('none', 'throws', 'loses its lease'),
      loses: fc.boolean(),
      isEarly: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
});

/** What is recorded, and whether the step behind it is a sleep that has begun. */
interface Model {
  recorded: number;
  isAsleep: boolean;
  readonly ran: number[];
}

/** Takes the model through one drain; answers whether the handler has come to its end. */
function drainModel(model: Model, kinds: readonly Kind[], fate: Fate): boolean {
  for (; model.recorded < kinds.length; model.recorded += 1) {
    if (kinds[model.recorded] === 'step') {
      model.ran.push(model.recorded);
      if (fate.trouble !== 'none' && fate.at === model.recorded) return false;
      continue;
    }
    const isOver = model.isAsleep && !fate.isEarly;
    model.isAsleep = !isOver;
    if (!isOver) return false;
  }
  return true;
}

const calm: Fate = { at: 0, trouble: 'none', loses: false, isEarly: false };

async function live(kinds: readonly Kind[], fates: readonly Fate[]): Promise<void> {
  const ran: number[] = [];
  let fate = calm;
  const queues: OpenQueues = await openQueues(
    inSteps(async (_, { step, sleep }) => {
      const given: unknown[] = [];
      for (const [n, kind] of kinds.entries())
        if (kind === 'sleep') await sleep(`sleep ${n}`, { hours: 1 });
        else given.push(await step(`step ${n}`, () => meet(n)));
      return result(given);
    }),
  );
  async function meet(n: number): Promise<number> {
    ran.push(n);
    if (n !== fate.at || fate.trouble === 'none') return ran.length;
    if (fate.trouble === 'throws') throw new Error('its fate');
    await queues.query('update millrace.delivery set lease_token = gen_random_uuid()');
    return ran.length;
  }
  await queues.query('update millrace.queue set max_attempts = 1000');
  const [id = ''] = await queues.enqueueNumbers(1);
  const model: Model = { recorded: 0, isAsleep: false, ran: [] };
  for (fate of [...fates, ...Array<Fate>(kinds.length + 1).fill(calm)]) {
    if (!fate.isEarly) await travel(queues.database, { hours: 1 });
    await makeDue(queues);
    const hasEnded = drainModel(model, kinds, fate);
    const database = fate.loses ? loseEveryFirst(queues.database, 'answer') : queues.database;
    await queues.drain({ database });
    expect(ran).toEqual(model.ran);
    expect((await queues.status(id)).status === 'done').toBe(hasEnded);
    if (hasEnded) break;
    await expireLeases(queues);
  }
  const steps = [...kinds.keys()].filter((n) => kinds[n] === 'step');
  // What each gave that was recorded: its place among all that ran.
  const given = steps.map((n) => model.ran.lastIndexOf(n) + 1);
  expect((await queues.status(id)).deliveries[0]?.result).toEqual(given);
}

test(`steps run as the model says, whatever befalls them (seed ${seed})`, async () => {
  const lives = fc.asyncProperty(life, ({ kinds, fates }) => live(kinds, fates));
  await fc.assert(lives, { seed, numRuns: isLong ? 300 : 8, endOnFailure: !isLong });
});
