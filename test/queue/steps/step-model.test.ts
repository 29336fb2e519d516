// Random lives of handlers in steps against a small model: which steps run in which attempt, and what the handler gets.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { result } from '#queue/declare/ways-out.ts';
import { sendEvent } from '#queue/operate/send-event.ts';
import { isLong, seed } from '#test/support/chaos/seeded-random.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { inSteps } from '#test/support/queue/in-steps.ts';
import { loseEveryFirst } from '#test/support/queue/intercept.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { travel } from '#testing/time-travel.ts';

type Kind = 'step' | 'sleep' | 'event';

/** What happens in one drain: at which of the handler's steps, if it runs, and whether answers are lost as well. */
interface Fate {
  readonly at: number;
  readonly trouble: 'none' | 'throws' | 'loses its lease';
  readonly loses: boolean;
  /** Whether it is claimed before its sleep is over, or its time to wait. */
  readonly isEarly: boolean;
  /** The event of which place is sent before. */
  readonly sends: number | null;
}

const life = fc.record({
  kinds: fc.array(fc.constantFrom<Kind>('step', 'step', 'sleep', 'event', 'event'), {
    minLength: 1,
    maxLength: 6,
  }),
  fates: fc.array(
    fc.record({
      at: fc.nat(5),
      trouble: fc.constantFrom<Fate['trouble']>('none', 'throws', 'loses its lease'),
      loses: fc.boolean(),
      isEarly: fc.boolean(),
      sends: fc.option(fc.nat(5)),
    }),
    { maxLength: 6 },
  ),
});

/** What is recorded, and whether what comes behind it is a sleep or a wait that has begun. */
interface Model {
  recorded: number;
  isAsleep: boolean;
  readonly ran: number[];
  readonly sent: Set<number>;
  /** Of which waits an event was the end. */
  readonly heard: Set<number>;
}

/** Whether the delivery waits for this very event: then it has to be due by itself when that is sent. */
const isAwaited = ({ isAsleep, recorded, sent }: Model, kinds: readonly Kind[], place: number) =>
  isAsleep && recorded === place && kinds[place] === 'event' && !sent.has(place);

/** Takes the model through one drain; answers whether the handler has come to its end. */
function drainModel(model: Model, kinds: readonly Kind[], fate: Fate): boolean {
  for (; model.recorded < kinds.length; model.recorded += 1) {
    if (kinds[model.recorded] === 'step') {
      model.ran.push(model.recorded);
      if (fate.trouble !== 'none' && fate.at === model.recorded) return false;
      continue;
    }
    const hasCome = kinds[model.recorded] === 'event' && model.sent.has(model.recorded);
    if (hasCome) model.heard.add(model.recorded);
    const isOver = hasCome || (model.isAsleep && !fate.isEarly);
    model.isAsleep = !isOver;
    if (!isOver) return false;
  }
  return true;
}

const calm: Fate = { at: 0, trouble: 'none', loses: false, isEarly: false, sends: null };

async function live(kinds: readonly Kind[], fates: readonly Fate[]): Promise<void> {
  const ran: number[] = [];
  let fate = calm;
  const queues: OpenQueues = await openQueues(
    inSteps(async (_, { step, sleep, waitFor }) => {
      const given: unknown[] = [];
      for (const [n, kind] of kinds.entries())
        if (kind === 'sleep') await sleep(`sleep ${n}`, { hours: 1 });
        else if (kind === 'event')
          given.push(await waitFor(`event ${n}`, { timeout: { hours: 1 } }));
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
  /** Made again where answers are lost. */
  async function send(place: number): Promise<void> {
    const event = { id, name: `event ${place}`, payload: `${place}`, actor: 'test' };
    for (let call = 0; call < (fate.loses ? 2 : 1); call += 1)
      await sendEvent(queues.database, { ...event, types: null, isEager: false });
  }
  const model: Model = {
    ...{ recorded: 0, isAsleep: false, ran: [] },
    ...{ sent: new Set(), heard: new Set() },
  };
  for (fate of [...fates, ...Array<Fate>(kinds.length + 1).fill(calm)]) {
    const isWoken = fate.sends !== null && isAwaited(model, kinds, fate.sends);
    if (fate.sends !== null) {
      await send(fate.sends);
      model.sent.add(fate.sends);
    }
    if (!fate.isEarly) await travel(queues.database, { hours: 1 });
    if (!isWoken) await makeDue(queues);
    const hasEnded = drainModel(model, kinds, fate);
    const database = fate.loses ? loseEveryFirst(queues.database, 'answer') : queues.database;
    await queues.drain({ database });
    expect(ran).toEqual(model.ran);
    expect((await queues.status(id)).status === 'done').toBe(hasEnded);
    if (hasEnded) break;
    await expireLeases(queues);
  }
  // What each step gave that was recorded, which is its place among all that ran; and what came of each wait.
  const given = kinds.flatMap((kind, n) => {
    if (kind === 'sleep') return [];
    return kind === 'step' ? model.ran.lastIndexOf(n) + 1 : model.heard.has(n) ? n : null;
  });
  expect((await queues.status(id)).deliveries[0]?.result).toEqual(given);
}

test(`steps run as the model says, whatever befalls them (seed ${seed})`, async () => {
  const lives = fc.asyncProperty(life, ({ kinds, fates }) => live(kinds, fates));
  await fc.assert(lives, { seed, numRuns: isLong ? 300 : 8, endOnFailure: !isLong });
});
