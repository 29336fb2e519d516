// Whatever befalls the members of chords, in whichever order: each chord that is open ends with the first sweep after its last member,
// with the counts of what they are then, and what follows it comes once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLong, seed } from '#test/support/chaos/seeded-random.ts';
import { createDatabase } from '#test/support/database.ts';
import { Chords, chordOf } from '#test/support/sql/chords.ts';
import { Operator } from '#test/support/sql/operator.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const chords = new Chords(db.query);
const operator = new Operator(db.query);

type Fate = 'live' | 'done' | 'dead' | 'cancelled';

interface Member {
  readonly id: string;
  fate: Fate;
  /** Under whose lease it is. */
  held: Delivery | undefined;
}

interface Chord {
  readonly id: string;
  readonly members: Member[];
  status: 'open' | 'ended' | 'cancelled';
  /** How many members had which fate when it ended. */
  counts: Readonly<Record<Fate, number>> | undefined;
}

interface Game {
  readonly queue: SqlQueue;
  /** Of the messages that follow. */
  readonly followers: SqlQueue;
  readonly chords: Chord[];
}

const at = fc.nat(1000);
const count = fc.integer({ min: 1, max: 4 });
const move = fc.oneof(
  { weight: 3, arbitrary: fc.record({ move: fc.constant('enqueue' as const), count }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constant('join' as const), at, count }) },
  { weight: 4, arbitrary: fc.record({ move: fc.constant('claim' as const), count }) },
  {
    weight: 8,
    arbitrary: fc.record({
      move: fc.constant('settle' as const),
      at,
      outcome: fc.constantFrom('done', 'done', 'dead', 'retry', 'release'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ move: fc.constant('cancel' as const), at }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constant('redrive' as const), at }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('discard' as const), at }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('cancel chord' as const), at }) },
  { weight: 4, arbitrary: fc.record({ move: fc.constant('sweep' as const) }) },
);
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

const membersOf = (game: Game): readonly Member[] => game.chords.flatMap(({ members }) => members);

const fresh = (id: string): Member => ({ id, fate: 'live', held: undefined });

/** One of them, however many there are. */
const pick = <Value>(values: readonly Value[], place: number): Value | undefined =>
  values[place % Math.max(values.length, 1)];

const countsOf = ({ members }: Chord) => {
  const having = (fate: Fate) => members.filter((member) => member.fate === fate).length;
  return {
    live: having('live'),
    done: having('done'),
    dead: having('dead'),
    cancelled: having('cancelled'),
  };
};

async function play(game: Game, made: Move): Promise<void> {
  if (made.move === 'enqueue') await enqueue(game, made.count);
  else if (made.move === 'join') await join(game, made.at, made.count);
  else if (made.move === 'claim') await claim(game, made.count);
  else if (made.move === 'settle') await settle(game, made.at, made.outcome);
  else if (made.move === 'cancel chord') await cancelChord(game, made.at);
  else if (made.move === 'sweep') await sweep(game);
  else await operate(game, made.move, made.at);
}

async function enqueue(game: Game, members: number): Promise<void> {
  const chord = chordOf(game.queue, Array(members).fill({}), { type: game.followers.type });
  await chords.enqueue(chord);
  const { id, messages } = chord;
  const made = messages.map((message) => fresh(message.id));
  game.chords.push({ id, members: made, status: 'open', counts: undefined });
}

async function join(game: Game, place: number, members: number): Promise<void> {
  const chord = pick(game.chords, place);
  if (!chord) return;
  const enqueued = game.queue.enqueueMany(Array(members).fill({ chordId: chord.id }));
  if (chord.status === 'open') chord.members.push(...(await enqueued).map(({ id }) => fresh(id)));
  else await expect(enqueued).rejects.toMatchObject({ code: 'MR014' });
}

async function claim(game: Game, most: number): Promise<void> {
  const { deliveries } = await game.queue.claim({ count: most });
  for (const delivery of deliveries) {
    const member = membersOf(game).find(({ id }) => id === delivery.id);
    expect(member).toMatchObject({ fate: 'live', held: undefined });
    if (member) member.held = delivery;
  }
}

async function settle(game: Game, place: number, outcome: string): Promise<void> {
  const member = pick(
    membersOf(game).filter(({ held }) => held),
    place,
  );
  if (!member?.held) return;
  const how = outcome === 'retry' ? { error: {}, delaySeconds: 0 } : { error: {} };
  await game.queue.settle(outcome === 'done' ? done(member.held) : end(outcome, member.held, how));
  member.held = undefined;
  if (outcome === 'done' || outcome === 'dead') member.fate = outcome;
}

/** What operators do with single messages. */
async function operate(game: Game, what: 'cancel' | 'redrive' | 'discard', place: number) {
  const wanted = what === 'cancel' ? 'live' : 'dead';
  const member = pick(
    membersOf(game).filter(({ fate, held }) => fate === wanted && !held),
    place,
  );
  if (!member) return;
  if (what === 'cancel') await operator.cancel(member.id);
  else await operator[what]({ ids: [member.id] });
  member.fate = what === 'redrive' ? 'live' : 'cancelled';
}

async function cancelChord(game: Game, place: number): Promise<void> {
  const chord = pick(game.chords, place);
  if (!chord) return;
  await chords.cancel(chord.id);
  if (chord.status !== 'open') return;
  chord.status = 'cancelled';
  // Who has begun one goes on with it.
  for (const member of chord.members)
    if (member.fate === 'live' && !member.held) member.fate = 'cancelled';
}

async function sweep(game: Game): Promise<void> {
  const ended = await chords.sweep();
  const over = game.chords.filter(
    (chord) => chord.status === 'open' && chord.members.every(({ fate }) => fate !== 'live'),
  );
  expect(ended).toBe(over.length);
  for (const chord of over) {
    chord.status = 'ended';
    chord.counts = countsOf(chord);
  }
  for (const chord of game.chords) {
    const { status } = chord;
    const counts = status === 'cancelled' ? {} : (chord.counts ?? countsOf(chord));
    expect(await chords.show(chord.id)).toMatchObject({ status, ...counts });
  }
}

/** Lets all that is left end, and looks at what has followed. */
async function endAll(game: Game): Promise<void> {
  for (const member of membersOf(game)) if (member.held) await game.queue.settle(done(member.held));
  for (const member of membersOf(game)) {
    if (member.fate === 'live') member.fate = 'done';
    member.held = undefined;
  }
  let { deliveries } = await game.queue.claim({ count: 1000 });
  while (deliveries.length > 0) {
    await game.queue.settle(...deliveries.map((each) => done(each)));
    ({ deliveries } = await game.queue.claim({ count: 1000 }));
  }
  await sweep(game);
  const followed = await game.followers.claim({ count: 1000 });
  const told = followed.deliveries.map(({ headers }) => headers);
  const ended = game.chords.filter(({ status }) => status === 'ended');
  expect(game.chords.filter(({ status }) => status === 'open')).toEqual([]);
  type Headers = Readonly<Record<string, string>> | null;
  const byId = (one: Headers, other: Headers) =>
    `${one?.['chord-id']}` < `${other?.['chord-id']}` ? -1 : 1;
  expect(told.toSorted(byId)).toEqual(
    ended
      .map(({ id, counts }) => ({
        'chord-id': id,
        'chord-done': `${counts?.done}`,
        'chord-dead': `${counts?.dead}`,
        'chord-cancelled': `${counts?.cancelled}`,
      }))
      .toSorted(byId),
  );
  await game.followers.settle(...followed.deliveries.map((each) => done(each)));
}

const lives = fc.asyncProperty(
  fc.array(move, { minLength: 5, maxLength: 60, size: 'max' }),
  async (moves) => {
    const queue = await declareQueue(db, { maxAttempts: 1000 });
    const game: Game = { queue, followers: await declareQueue(db), chords: [] };
    for (const made of moves) await play(game, made);
    await endAll(game);
  },
);

test(`chords end as the model says, whatever befalls their members (seed ${seed})`, async () => {
  await fc.assert(lives, { seed, numRuns: isLong ? 300 : 12, endOnFailure: !isLong });
}, 600_000);
