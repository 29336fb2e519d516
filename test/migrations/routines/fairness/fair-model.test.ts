// Whatever is done to a fair queue in whichever order: claims give what the model says, in its order.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { FairModel } from '#test/support/sql/fair-model.ts';
import { declareQueue, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

interface Game {
  readonly queue: SqlQueue;
  readonly model: FairModel;
}

const message = fc.record({
  key: fc.constantFrom('noisy', 'noisy', 'noisy', 'b', 'c', undefined),
  priority: fc.constantFrom(5, 5, 2),
  isDue: fc.constantFrom(true, true, false),
});
const moves = {
  enqueue: fc.record({ messages: fc.array(message, { minLength: 1, maxLength: 6 }) }),
  claim: fc.record({ count: fc.integer({ min: 1, max: 6 }) }),
  settle: fc.record({
    at: fc.nat(100),
    outcome: fc.constantFrom('done', 'done', 'retry', 'release'),
  }),
  key: fc.record({
    key: fc.constantFrom('noisy', 'noisy', 'b'),
    isPause: fc.boolean(),
  }),
  due: fc.constant('make due' as const),
};
const move = fc.oneof(
  { weight: 4, arbitrary: moves.enqueue },
  { weight: 5, arbitrary: moves.claim },
  { weight: 5, arbitrary: moves.settle },
  { weight: 2, arbitrary: moves.key },
  { weight: 1, arbitrary: moves.due },
);
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

async function play(game: Game, made: Move): Promise<void> {
  if (made === 'make due') await makeDue(game);
  else if ('messages' in made) await enqueue(game, made.messages);
  else if ('count' in made) await claim(game, made.count);
  else if ('isPause' in made) await pauseOrResume(game, made);
  else await settle(game, made.at, made.outcome);
}

async function pauseOrResume(
  { queue, model }: Game,
  { key, isPause }: { readonly key: string; readonly isPause: boolean },
): Promise<void> {
  const routine = isPause ? 'pause_key' : 'resume_key';
  await db.query(`select millrace.${routine}($1, $2)`, [queue.name, key]);
  if (isPause) model.pause(key);
  else model.resume(key);
}

async function enqueue(
  { queue, model }: Game,
  messages: readonly { key: string | undefined; priority: number; isDue: boolean }[],
): Promise<void> {
  const answers = await queue.enqueueMany(
    messages.map(({ key, priority, isDue }) => ({
      priority,
      ...(key !== undefined && { fairnessKey: key }),
      ...(!isDue && { delaySeconds: 1000 }),
    })),
  );
  for (const [n, { id }] of answers.entries()) {
    const { key, priority = 5, isDue } = messages[n] ?? {};
    model.enqueue(id, key, priority, isDue);
  }
}

async function claim({ queue, model }: Game, count: number): Promise<void> {
  const token = randomUUID();
  const { deliveries } = await queue.claim({ count, token });
  const expected = model.claim(count, token).map(({ id }) => id);
  expect(deliveries.map(({ id }) => id)).toEqual(expected);
  // Claims write down where they are a few times a second. This one was a while ago.
  await db.query(`update millrace.turn_reached set reached_at = reached_at - interval '1 minute'`);
}

async function settle({ queue, model }: Game, at: number, outcome: string): Promise<void> {
  const { held } = model;
  const one = held[at % Math.max(1, held.length)];
  if (!one) return;
  const { id, token } = one;
  const report = await queue.settle({ id, token, outcome, error: {}, delaySeconds: 1000 });
  expect(report).toMatchObject({ settled: 1, stale: [] });
  if (outcome === 'done') model.end(one);
  else if (outcome === 'retry') model.delay(one);
  else one.token = undefined;
}

async function makeDue({ queue, model }: Game): Promise<void> {
  await queue.makeDue();
  model.makeDue();
}

test('a fair queue gives each key its turn, unless it is paused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 10, maxLength: 40 }), async (made) => {
      const game = {
        queue: await declareQueue(db, { fair: true, maxAttempts: 1000 }),
        model: new FairModel(),
      };
      for (const each of made) await play(game, each);
      for (const key of ['noisy', 'b']) await pauseOrResume(game, { key, isPause: false });
      await makeDue(game);
      await claim(game, 1000);
      expect(game.model.held).toHaveLength(game.model.live.length);
    }),
    { numRuns: 25 },
  );
});
