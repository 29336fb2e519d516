// Whatever is done to groups in whichever order: they stand as the model says, and nobody is left behind at the end.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { GroupModel, type Member, type Policy } from '#test/support/sql/group-model.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { type Claim, declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

interface Game {
  readonly queue: SqlQueue;
  readonly model: GroupModel;
}

/** A place in a list of any length. */
const place = fc.nat(1_000);
const pick = <Item>(items: readonly Item[], at: number): Item | undefined =>
  items[at % Math.max(items.length, 1)];

const keys = fc.subarray(['a', 'a', 'b', 'c'], { minLength: 1 });
const outcome = fc.constantFrom('done', 'retry', 'snooze', 'release', 'dead');
const moves = {
  enqueue: fc.record({ name: fc.constant('enqueue'), keys }),
  claim: fc.record({ name: fc.constant('claim'), count: fc.integer({ min: 1, max: 5 }) }),
  settle: fc.record({ name: fc.constant('settle'), at: place, outcome }),
  loss: fc.record({ name: fc.constantFrom('lose consumers', 'claim suspect', 'purge') }),
  cancel: fc.record({ name: fc.constant('cancel'), at: place }),
  letter: fc.record({ name: fc.constantFrom('redrive', 'redrive', 'discard'), at: place }),
} as const;
const move = fc.oneof(
  { weight: 4, arbitrary: moves.enqueue },
  { weight: 4, arbitrary: moves.claim },
  { weight: 6, arbitrary: moves.settle },
  { weight: 3, arbitrary: moves.loss },
  { weight: 2, arbitrary: moves.cancel },
  { weight: 3, arbitrary: moves.letter },
);
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

async function play(game: Game, made: Move): Promise<void> {
  if ('keys' in made) await enqueue(game, made.keys);
  else if ('count' in made) await claim(game, made.count);
  else if ('outcome' in made) await settle(game, made.at, made.outcome);
  else if (!('at' in made)) await lose(game, made.name);
  else if (made.name === 'cancel') await cancel(game, made.at);
  else await treatLetter(game, made.at, made.name);
}

async function enqueue({ queue, model }: Game, groupKeys: readonly string[]): Promise<void> {
  const answers = await queue.enqueueMany(groupKeys.map((groupKey) => ({ groupKey })));
  for (const [n, { id }] of answers.entries()) model.enqueue(id, groupKeys[n] ?? '');
}

async function claim({ queue, model }: Game, count: number): Promise<void> {
  const { claimable } = model;
  const claimed = await queue.claim({ count });
  expect(claimed.deliveries).toHaveLength(Math.min(count, claimable.length));
  start(model, claimed, claimable);
}

function start(model: GroupModel, { deliveries, token }: Claim, from: readonly Member[]): void {
  for (const { id } of deliveries) model.start(oneOf(from, id), token);
}

function oneOf(members: readonly Member[], id: string): Member {
  const member = members.find((other) => other.id === id);
  if (!member) throw new Error(`nobody expected ${id}`);
  return member;
}

async function settle({ queue, model }: Game, at: number, how: string): Promise<void> {
  const member = pick(model.in('processing'), at);
  if (!member) return;
  const { id, token } = member;
  const result = { id, token, outcome: how, error: {}, delaySeconds: 0 };
  expect(await queue.settle(result)).toMatchObject({ settled: 1, stale: [] });
  model.settle(member, how);
}

async function lose({ queue, model }: Game, name: string): Promise<void> {
  if (name === 'lose consumers') {
    await queue.expireLeases();
    for (const member of model.in('processing')) member.isLost = true;
  } else if (name === 'purge') {
    const lost = model.in('processing').filter(({ isLost }) => isLost);
    const unheld = [...model.in('waiting'), ...lost];
    expect(await operator.purge(queue.name)).toMatchObject({ cancelled: unheld.length });
    for (const member of unheld) model.end(member);
  } else {
    const { suspects } = model;
    const claimed = await queue.claimSuspect();
    for (const id of claimed.dead) model.die(oneOf(suspects, id));
    start(model, claimed, suspects);
    expect(claimed.dead.length + claimed.deliveries.length > 0).toBe(suspects.length > 0);
  }
}

async function cancel({ model }: Game, at: number): Promise<void> {
  const member = pick(model.members, at);
  if (!member) return;
  const isUnheld = member.phase === 'waiting' || (member.phase === 'processing' && member.isLost);
  expect((await operator.cancel(member.id))?.cancelled).toHaveLength(isUnheld ? 1 : 0);
  if (isUnheld) model.end(member);
}

async function treatLetter({ queue, model }: Game, at: number, how: string): Promise<void> {
  const letter = pick(model.in('dead'), at);
  if (!letter) return;
  const filter = { ids: [letter.id], queue: queue.name };
  if (how === 'redrive') {
    expect(await operator.redrive(filter)).toMatchObject({ redriven: 1 });
    model.redrive(letter);
  } else {
    expect(await operator.discard(filter)).toMatchObject({ discarded: 1 });
    model.end(letter);
  }
}

/** The rows say what the model says. */
async function expectSame({ queue, model }: Game): Promise<void> {
  const rows = await db.query(
    `select d.message_id as id, d.attempt,
       case
         when d.lease_expires_at is not null then 'processing'
         when d.available_at = 'infinity' then 'blocked'
         else 'free'
       end as state
     from millrace.delivery d join millrace.queue q on q.id = d.queue_id
     where q.name = $1
     union all
     select l.message_id, l.attempts, 'dead'
     from millrace.dead_letter l join millrace.queue q on q.id = l.queue_id
     where q.name = $1
     order by id`,
    [queue.name],
  );
  const expected = model.members
    .filter(({ phase }) => phase !== 'ended')
    .map(({ id, phase, isFree, attempt }) => ({
      id,
      attempt,
      state: phase !== 'waiting' ? phase : isFree ? 'free' : 'blocked',
    }));
  expect(rows).toEqual(expected.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
}

/** Until nothing is left: every lost lease taken over, every letter sent round again. */
async function runDry({ queue }: Game): Promise<void> {
  await queue.expireLeases();
  for (let isBusy = true; isBusy; ) {
    const { redriven } = await operator.redrive({ queue: queue.name });
    const suspects = await queue.claimSuspect();
    const fresh = await queue.claim({ count: 100 });
    const all = [...suspects.deliveries, ...fresh.deliveries];
    await queue.settle(...all.map((each) => done(each)));
    isBusy = redriven + suspects.dead.length + all.length > 0;
  }
  expect(await queue.rows()).toEqual([]);
}

test.each<Policy>([
  { groupConcurrency: 1, deadBlocksGroup: false, maxAttempts: 2 },
  { groupConcurrency: 1, deadBlocksGroup: true, maxAttempts: 2 },
  { groupConcurrency: 3, deadBlocksGroup: false, maxAttempts: 2 },
  { groupConcurrency: 3, deadBlocksGroup: true, maxAttempts: 1 },
])('groups do as the model does: %o', async (policy) => {
  const queue = await declareQueue(db, { ...policy, retryBaseSeconds: 0 });
  const property = fc.asyncProperty(
    fc.array(move, { size: 'max', maxLength: 40 }),
    async (made) => {
      const game = { queue, model: new GroupModel(policy) };
      for (const each of made) {
        await play(game, each);
        await expectSame(game);
      }
      await runDry(game);
    },
  );
  await fc.assert(property, { numRuns: 25, interruptAfterTimeLimit: 15_000 });
});
