// What a batch handler that has not met the compiler may answer: what is no outcome fails its message and says why, and
// nothing counts as done by mistake.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BatchHandler, type BatchOutcome, onBatch } from '#queue/declare/batch-handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

type Numbered = BatchHandler<{ n: number }>;

const open = (handler: Numbered, policy: Partial<QueuePolicy> = {}, size = 200) =>
  openQueues(
    defineQueue({ name: 'batches', policy, subscriptions: [onBatch(numbered, size, handler)] }),
  );

/** The errors of the messages' first attempts; undefined for those that are done. */
async function errorsOf({ status }: OpenQueues, ids: readonly string[]) {
  const statuses = await Promise.all(ids.map(status));
  return statuses.map(({ deliveries }) => deliveries[0]?.attempts[0]?.error ?? undefined);
}

// Node ends the process for a rejection that nobody hears; here it would only fail the run.
const unheard: unknown[] = [];
const hear = (reason: unknown) => void unheard.push(reason);
beforeEach(() => void process.on('unhandledRejection', hear));
afterEach(() => {
  process.off('unhandledRejection', hear);
  expect(unheard.splice(0)).toEqual([]);
});

const throwing = (): never => {
  throw new Error('not for reading');
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** What makes an element, and how the error calls it. */
const wrong: [string, () => unknown, string][] = [
  ['undefined', () => undefined, 'undefined'],
  ['null', () => null, 'null'],
  ['true', () => true, 'true'],
  ['a number', () => 1, '1'],
  ['NaN', () => NaN, 'NaN'],
  ['a bigint', () => 1n, 'a bigint'],
  ['a symbol', () => Symbol('done'), 'a symbol'],
  ['a function', () => throwing, 'a function'],
  ['another text', () => 'failed', '"failed"'],
  ['done in capitals', () => 'Done', '"Done"'],
  ['a long text', () => 'x'.repeat(300), 'a text of 300 characters'],
  ['an empty object', () => ({}), 'an object with none of these'],
  ['an error', () => new Error('no'), 'an object with none of these'],
  ['a Map', () => new Map([['retry', 'soon']]), 'an object with none of these'],
  ['a list', () => ['done'], 'a list with none of these'],
  ['a promise', async () => 'done', 'a promise, which the handler is to await'],
  ['a promise that rejects', async () => throwing(), 'a promise, which the handler is to await'],
  ['two outcomes', () => ({ retry: 'soon', reject: 'never' }), 'retry and reject in one'],
  ['a retry without a reason', () => ({ retry: undefined }), 'retry with undefined'],
  ['a retry for null', () => ({ retry: null, afterSeconds: 1 }), 'retry with null'],
  ['a delay alone', () => ({ afterSeconds: 5 }), 'an object with none of these'],
  ['a delay of a rejection', () => ({ reject: '', afterSeconds: 5 }), 'afterSeconds beside reject'],
  ['a delay that is text', () => ({ retry: 'x', afterSeconds: '5' }), 'afterSeconds with "5"'],
  ['a negative delay', () => ({ retry: 'x', afterSeconds: -1 }), 'afterSeconds with -1'],
  ['a rejection without a reason', () => ({ reject: undefined }), 'reject with undefined'],
  ['a rejection with an error', () => ({ reject: new Error('x') }), 'reject with an object'],
  ['a snooze that is text', () => ({ snoozeSeconds: 'x' }), 'snoozeSeconds with "x"'],
  ['a snooze for null', () => ({ snoozeSeconds: null }), 'snoozeSeconds with null'],
  ['a snooze for a bigint', () => ({ snoozeSeconds: 5n }), 'snoozeSeconds with a bigint'],
  ['a snooze for NaN', () => ({ snoozeSeconds: NaN }), 'snoozeSeconds with NaN'],
  ['a negative snooze', () => ({ snoozeSeconds: -1 }), 'snoozeSeconds with -1'],
  ['a snooze for ever', () => ({ snoozeSeconds: Infinity }), 'snoozeSeconds with Infinity'],
  [
    'a getter that throws',
    () => Object.defineProperty({}, 'retry', { get: throwing }),
    'what cannot be read',
  ],
  ['a revoked proxy', revoked, 'what cannot be read'],
];

test('an element that is no outcome fails its message alone, and says which and why', async () => {
  const indexes = new Map<string, number>();
  const queues = await open((items) => {
    for (const [index, { message }] of items.entries()) indexes.set(message.id, index);
    return items.map(({ message: { payload } }) => {
      const [, make] = wrong[payload.n / 2] ?? [];
      return make ? make() : 'done';
    }) as BatchOutcome[];
  });
  const ids = await queues.enqueueNumbers(2 * wrong.length);
  expect(await queues.drain()).toMatchObject({ done: wrong.length, retried: wrong.length });
  const errors = await errorsOf(queues, ids);
  for (const [n, [, , got]] of wrong.entries()) {
    const id = ids[2 * n] ?? '';
    expect(errors[2 * n]).toMatchObject({
      name: 'TypeError',
      message: `an outcome is 'done', { retry: reason, afterSeconds }, where afterSeconds may be left out, { reject: text } or { snoozeSeconds }, with 0 to 31536000 seconds; element ${indexes.get(id)}, for message ${id}, is ${got}`,
    });
  }
});

describe('an answer fails all its messages, and says why,', () => {
  test.each<[string, (count: number) => unknown, string]>([
    ['when it is null', () => null, 'null'],
    ['when it is a number', () => 5, '5'],
    ['when it is one outcome', () => 'done', '"done"'],
    ['when it is an object', () => ({ length: 4 }), 'an object'],
    ['when it is a Map', () => new Map([[0, 'done']]), 'an object'],
    ['when it is a set', (count) => new Set(Array(count).fill('done')), 'an object'],
    ['when it is an iterator', (count) => Array(count).fill('done').values(), 'an object'],
    ['when it is too short', (count) => Array(count - 1).fill('done'), 'a list of 3'],
    ['when it is too long', (count) => Array(count + 1).fill('done'), 'a list of 5'],
    ['when it is empty', () => [], 'a list of 0'],
    [
      'when it has a hole',
      (count) => delete3(Array(count).fill('done')),
      'a list without element 3',
    ],
    ['when it has only holes', (count) => Array(count), 'a list without element 0'],
    [
      'when it is a list of promises of which some reject, and too long',
      (count) => [...Array(count).fill('done'), Promise.reject(new Error('no'))],
      'a list of 5',
    ],
  ])('%s', async (_, answer, got) => {
    const queues = await open((items) => answer(items.length) as BatchOutcome[]);
    const ids = await queues.enqueueNumbers(4);
    expect(await queues.drain()).toMatchObject({ claimed: 4, done: 0, retried: 4 });
    const message = `a batch handler gives a list with an outcome for each of its 4 messages, in their order, or nothing when all are done; it gave ${got}`;
    const error = expect.objectContaining({ name: 'TypeError', message });
    expect(await errorsOf(queues, ids)).toEqual(Array(4).fill(error));
  });
});

function delete3(list: unknown[]): unknown[] {
  delete list[3];
  return list;
}

test('outcomes that are right count in whatever way they are made', async () => {
  class Later {
    get snoozeSeconds() {
      return 60;
    }
  }
  const outcomes: unknown[] = [
    Object.create({ retry: 'inherited' }),
    Object.assign(Object.create(null), { reject: 'no prototype' }),
    new Later(),
    Object.freeze({ retry: 0, afterSeconds: 0.5 }),
    { retry: 'soon', afterSeconds: undefined, note: 'of the handler alone' },
    { retry: Symbol('reason'), afterSeconds: 7 },
  ];
  const queues = await open((items) =>
    items.map(({ message }) => outcomes[message.payload.n] as BatchOutcome),
  );
  const ids = await queues.enqueueNumbers(outcomes.length);
  expect(await queues.drain()).toMatchObject({ retried: 4, dead: 1, snoozed: 1 });
  const errors = await errorsOf(queues, ids);
  expect(errors.map((error) => error?.message)).toEqual([
    'inherited',
    'no prototype',
    undefined,
    '0',
    'soon',
    'Symbol(reason)',
  ]);
});

test('a batch whose promises were not awaited is over when they have settled', async () => {
  const gate = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const work = async (): Promise<BatchOutcome> => {
    running += 1;
    most = Math.max(most, running);
    await gate.promise;
    running -= 1;
    throw new Error('unheard');
  };
  const handler = (items: readonly unknown[]) => items.map(work) as unknown as BatchOutcome[];
  const queues = await open(handler, { concurrency: 1 }, 2);
  await queues.enqueueNumbers(6);
  const drained = queues.drain();
  await waitUntil(() => running === 2);
  gate.resolve();
  expect(await drained).toMatchObject({ retried: 6 });
  expect(most).toBe(2);
});

test('a batch that answers after its time says nothing unheard', async () => {
  const queues = await open(
    async (items, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return items.map(async () => throwing()) as unknown as BatchOutcome[];
    },
    { timeoutSeconds: 0.1 },
  );
  const ids = await queues.enqueueNumbers(3);
  expect(await queues.drain()).toMatchObject({ retried: 3 });
  expect((await errorsOf(queues, ids))[0]).toMatchObject({ name: 'HandlerTimeout' });
  await new Promise(setImmediate);
});
