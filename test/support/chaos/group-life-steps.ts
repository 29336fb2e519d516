// What producers, consumers and operators may do to groups, each on a connection of its own, in any order.
import * as fc from 'fast-check';

/** One connection each; the first ones produce, the next ones consume, the last ones operate. */
export const seats = 6;
const producer = fc.nat(2);
const consumer = fc.integer({ min: 3, max: 4 });
const operator = fc.constant(5);

export const queueCount = 2;
const queue = fc.nat(queueCount - 1);
/** A place in a list of any length. */
const place = fc.nat(1_000);
const key = fc.constantFrom('a', 'a', 'b', 'c');
const keys = fc.array(key, { minLength: 1, maxLength: 3 });
const isRare = fc.nat(4).map((n) => n === 0);
const outcome = fc.constantFrom('done', 'done', 'done', 'retry', 'snooze', 'release', 'dead');
const groupConcurrency = fc.integer({ min: 1, max: 2 });

export const policy = fc.record({
  groupConcurrency,
  deadBlocksGroup: fc.boolean(),
  maxAttempts: fc.integer({ min: 1, max: 2 }),
});

const made = <const Do extends string, Rest extends object>(
  name: Do,
  rest: { readonly [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
) => fc.record<Rest>(rest as never).map((values) => ({ do: name, ...values }) as const);

const moves = {
  /** Its seat's calls commit, or are undone, together from now on. */
  begin: made('begin', { seat: fc.nat(seats - 1) }),
  end: made('end', { seat: fc.nat(seats - 1), how: fc.constantFrom('commit', 'rollback') }),
  enqueue: made('enqueue', { seat: producer, keys, isDelayed: isRare }),
  /** Takes the place of what the last one has left waiting in its group. */
  debounce: made('debounce', { seat: producer, groupKey: key }),
  claim: made('claim', { seat: consumer, queue, count: fc.integer({ min: 1, max: 4 }) }),
  suspect: made('suspect', { seat: consumer, queue }),
  /** What its seat holds, of the queue of the first of them. */
  settle: made('settle', {
    seat: consumer,
    ends: fc.array(fc.record({ at: place, outcome }), { minLength: 1, maxLength: 3 }),
    follow: fc.constantFrom('nothing', 'nothing', 'a member', 'a replacement', 'a replacement'),
    isDelayed: isRare,
  }),
  extend: made('extend', { seat: consumer, queue }),
  cancel: made('cancel', { seat: operator, at: place }),
  replay: made('replay', { seat: operator, at: place }),
  letters: made('letters', {
    seat: operator,
    queue,
    how: fc.constantFrom('redrive', 'redrive', 'discard'),
    maxCount: fc.integer({ min: 1, max: 3 }),
  }),
  purge: made('purge', { seat: operator, queue, maxCount: fc.integer({ min: 1, max: 3 }) }),
  pause: made('pause', { seat: operator, queue, isPaused: isRare }),
  sync: made('sync', { queue, groupConcurrency }),
  pass: made('pass', { what: fc.constantFrom('leases', 'delays', 'maintenance', 'survey') }),
} as const;

const weights: Record<keyof typeof moves, number> = {
  begin: 3,
  end: 5,
  enqueue: 7,
  debounce: 3,
  claim: 9,
  suspect: 2,
  settle: 10,
  extend: 1,
  cancel: 2,
  replay: 1,
  letters: 3,
  purge: 1,
  pause: 1,
  sync: 1,
  pass: 4,
};

export type Move = {
  [Key in keyof typeof moves]: (typeof moves)[Key] extends fc.Arbitrary<infer Value>
    ? Value
    : never;
}[keyof typeof moves];

export const move: fc.Arbitrary<Move> = fc.oneof(
  ...(Object.keys(moves) as (keyof typeof moves)[]).map((name) => ({
    weight: weights[name],
    arbitrary: moves[name] as fc.Arbitrary<Move>,
  })),
);
export type MoveTo<Name extends Move['do']> = Extract<Move, { do: Name }>;
