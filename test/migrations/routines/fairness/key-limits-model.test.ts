// Whatever is done to a fair queue with limits by key, in whichever order: of a key no more is held than the limit, or started than
// the rate, and no key waits that has room.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { type Claim, declareQueue, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);
const limit = 2;
const burst = 3;
const keys = ['a', 'b', 'c'] as const;

interface Message {
  readonly id: string;
  readonly key: string;
  /** Under which it is held, also when the lease has run out. */
  token: string | undefined;
  isDelayed: boolean;
}

interface Game {
  readonly queue: SqlQueue;
  live: Message[];
  readonly paused: Set<string>;
  /** Whether places are counted. */
  readonly isLimited: boolean;
  /** What each key has saved up, where starts are counted. */
  readonly starts: Map<string, number> | undefined;
}

const key = fc.constantFrom(...keys);
const at = fc.nat(1000);
const move = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      move: fc.constant('enqueue' as const),
      messages: fc.array(
        fc.record({
          fairnessKey: key,
          priority: fc.constantFrom(5, 5, 2),
          isDelayed: fc.constantFrom(false, false, true),
        }),
        { minLength: 1, maxLength: 5 },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      move: fc.constant('claim' as const),
      count: fc.constantFrom(1, 2, 5),
      isRepeated: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      move: fc.constant('settle' as const),
      at,
      outcome: fc.constantFrom('done', 'done', 'done', 'retry', 'snooze', 'release', 'dead'),
      isRepeated: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('make due' as const) }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('lose' as const), count: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('cancel' as const), at }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('pause' as const), key }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constant('resume' as const), key }) },
);
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

async function play(game: Game, made: Move): Promise<void> {
  const { queue, paused } = game;
  if (made.move === 'enqueue') await enqueue(game, made.messages);
  else if (made.move === 'claim') await claim(game, made.count, made.isRepeated);
  else if (made.move === 'settle') await settle(game, made);
  else if (made.move === 'make due') await makeDue(game);
  else if (made.move === 'lose') await lose(game, made.count);
  else if (made.move === 'cancel') await cancel(game, made.at);
  else {
    await db.query(`select millrace.${made.move}_key($1, $2)`, [queue.name, made.key]);
    if (made.move === 'pause') paused.add(made.key);
    else paused.delete(made.key);
  }
}

async function enqueue(
  { queue, live }: Game,
  messages: readonly { fairnessKey: string; priority: number; isDelayed: boolean }[],
) {
  const answers = await queue.enqueueMany(
    messages.map(({ isDelayed, ...message }) => ({
      ...message,
      ...(isDelayed && { delaySeconds: 1000 }),
    })),
  );
  for (const [n, { id }] of answers.entries()) {
    const { fairnessKey = '', isDelayed = false } = messages[n] ?? {};
    live.push({ id, key: fairnessKey, token: undefined, isDelayed });
  }
}

const heldOf = ({ live }: Game, of: string) =>
  live.filter((each) => each.key === of && each.token !== undefined).length;

function addStarts({ starts }: Game, of: string, count: number): void {
  starts?.set(of, Math.min(burst, (starts.get(of) ?? burst) + count));
}

function take(game: Game, { deliveries, token }: Claim): void {
  for (const { id } of deliveries) {
    const message = game.live.find((each) => each.id === id);
    if (!message) throw new Error(`${id} has ended and was claimed`);
    expect(game.paused.has(message.key)).toBe(false);
    expect(message.isDelayed).toBe(false);
    message.token = token;
    addStarts(game, message.key, -1);
    expect(game.starts?.get(message.key) ?? 0).toBeGreaterThanOrEqual(0);
  }
  if (!game.isLimited) return;
  for (const each of keys) expect(heldOf(game, each)).toBeLessThanOrEqual(limit);
}

async function claim(game: Game, count: number, isRepeated: boolean): Promise<Claim> {
  const token = randomUUID();
  const first = await game.queue.claim({ count, token });
  take(game, first);
  if (isRepeated && first.deliveries.length > 0) {
    const again = await game.queue.claim({ count, token, repeated: true });
    const ids = first.deliveries.map(({ id }) => id);
    expect(again.deliveries.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  }
  // Claims write down where they are a few times a second. This one was a while ago.
  await db.query(`update millrace.turn_reached set reached_at = reached_at - interval '1 minute'`);
  return first;
}

/** Whether there were any. */
async function claimSuspects(game: Game): Promise<boolean> {
  const claims = [
    await game.queue.claimSuspects(),
    await game.queue.claimSuspects({ alone: true }),
  ];
  for (const each of claims) take(game, each);
  return claims.some(({ deliveries }) => deliveries.length > 0);
}

/** Claims until there is nothing more: each key has all that it may. */
async function claimAll(game: Game): Promise<void> {
  for (let isMore = true; isMore; ) {
    const { deliveries, hasMore } = await claim(game, 10, false);
    isMore = hasMore || deliveries.length > 0;
    if (!isMore) isMore = await claimSuspects(game);
  }
  for (const each of keys) {
    // Under a rate some wait for a start.
    if (game.paused.has(each) || game.starts) continue;
    const due = game.live.filter((message) => message.key === each && !message.isDelayed).length;
    expect(heldOf(game, each), `held of ${each}`).toBe(Math.min(limit, due));
  }
}

async function settle(
  game: Game,
  { at: place, outcome, isRepeated }: { at: number; outcome: string; isRepeated: boolean },
) {
  const held = game.live.filter(({ token }) => token !== undefined);
  const one = held[place % Math.max(1, held.length)];
  if (!one) return;
  const { id, token } = one;
  const result = { id, token, outcome, error: {}, delaySeconds: 1000 };
  expect(await game.queue.settle(result)).toMatchObject({ settled: 1, stale: [] });
  if (isRepeated)
    expect(await game.queue.settle(result)).toMatchObject({ settled: 0, repeated: 1 });
  one.token = undefined;
  if (outcome === 'release') addStarts(game, one.key, 1);
  if (outcome === 'done' || outcome === 'dead')
    game.live = game.live.filter((each) => each !== one);
  else one.isDelayed = outcome !== 'release';
}

/** As much time passes as there is between two starts. */
async function makeDue(game: Game): Promise<void> {
  await game.queue.makeDue();
  for (const each of game.live) each.isDelayed = false;
  if (!game.starts) return;
  for (const each of keys) addStarts(game, each, 1);
  await db.query(`update millrace.limited_key set saved_at = saved_at - interval '1000 seconds'`);
  await db.query(
    `update millrace.delivery set available_at = statement_timestamp()
     where lease_expires_at is not null and available_at between statement_timestamp() and '9999-01-01'`,
  );
}

/** All leases run out, and some are claimed anew. */
async function lose(game: Game, count: number): Promise<void> {
  await game.queue.expireLeases();
  if (count > 0) take(game, await game.queue.claimSuspects({ count }));
}

async function cancel(game: Game, place: number): Promise<void> {
  const one = game.live[place % Math.max(1, game.live.length)];
  if (!one) return;
  const { cancelled } = (await operator.cancel(one.id)) as unknown as { cancelled: string[] };
  if (cancelled.length > 0) game.live = game.live.filter((each) => each !== one);
}

const oneIn1000Seconds = {
  ratePerKeyStarts: 1,
  ratePerKeySeconds: 1000,
  ratePerKeyBurst: burst,
};

test.each([
  ['places', { maxInFlightPerKey: limit }],
  ['places and starts', { maxInFlightPerKey: limit, ...oneIn1000Seconds }],
  ['starts', oneIn1000Seconds],
])('a key has as many %s as its limit says, never more and never less', async (_, limits) => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 10, maxLength: 40 }), async (made) => {
      const game: Game = {
        queue: await declareQueue(db, { fair: true, ...limits, maxAttempts: 1000 }),
        live: [],
        paused: new Set(),
        isLimited: 'maxInFlightPerKey' in limits,
        starts: 'ratePerKeyStarts' in limits ? new Map() : undefined,
      };
      for (const each of made) await play(game, each);
      await claimAll(game);
      for (const each of keys) await play(game, { move: 'resume', key: each });
      while (game.live.length > 0) {
        await makeDue(game);
        const before = game.live.length;
        await claimAll(game);
        while (game.live.some(({ token }) => token !== undefined))
          await settle(game, { at: 0, outcome: 'done', isRepeated: false });
        expect(game.live.length, 'of what was due, something was started').toBeLessThan(before);
      }
    }),
    { numRuns: 5 },
  );
});
