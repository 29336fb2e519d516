// Steps that cannot be what they were, or never could be, are told: nothing is guessed.
import { expect, test } from 'vitest';
import { defineQueue } from '#queue/declare/queue.ts';
import type { StepsContext } from '#queue/declare/steps-handler.ts';
import { makeDue } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { drainBy, errorsOf, inSteps, traced } from '#test/support/queue/in-steps.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

test.each([
  [
    'another name',
    ['charge', 'weigh'],
    1,
    'step 1 is recorded as "print", and now the handler begins "weigh"',
  ],
  [
    'another order',
    ['print', 'charge'],
    1,
    'step 0 is recorded as "charge", and now the handler begins "print"',
  ],
  ['fewer', ['charge'], 1, 'step 1 is recorded as "print", and now the handler ended without it'],
  ['none', [], 1, 'step 0 is recorded as "charge", and now the handler ended without it'],
  [
    'the same in a newer version',
    ['charge', 'print'],
    2,
    'recorded by version 1 of the handler, and this is version 2',
  ],
])('steps that have changed under a delivery are told: %s', async (_, names, version, reason) => {
  const { ran, run } = traced();
  const first = inSteps(async (_message, context) => {
    await run(context, 'charge');
    await run(context, 'print');
    throw new Error('again');
  });
  const queues = await openQueues(first);
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  await makeDue(queues);
  const second = inSteps(async (_message, context) => {
    for (const name of names) await run(context, name);
  }, version);
  await drainBy(queues, second);
  expect((await queues.status(id)).status).toBe('dead');
  expect((await errorsOf(queues, id))?.at(-1)).toEqual(['dead', expect.stringContaining(reason)]);
  expect(ran).toEqual(['charge', 'print']);
});

test('code that is older than what has recorded the steps leaves them to newer code', async () => {
  const { run } = traced();
  const ofVersion = (version: number) =>
    inSteps(async (_, context) => {
      await run(context, 'charge');
      if (version === 2) throw new Error('again');
    }, version);
  const queues = await openQueues(ofVersion(2));
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  await makeDue(queues);
  await drainBy(queues, ofVersion(1));
  expect((await errorsOf(queues, id))?.at(-1)).toEqual([
    'retry',
    expect.stringContaining('it waits for newer code'),
  ]);
});

const circular: Record<string, unknown> = {};
circular['self'] = circular;

test.each([
  ['too large', 'x'.repeat(16_384)],
  ['a bigint', 1n],
  ['circular', circular],
  ['U+0000', 'a\0b'],
  ['too deep', JSON.parse(`${'['.repeat(101)}${']'.repeat(101)}`)],
])(
  'a result that cannot be kept rejects the delivery, since the step would be run in vain: %s',
  async (_, given) => {
    let caught = 0;
    const queues = await openQueues(
      inSteps(async (_message, { step }) => {
        await step('look', () => given).catch(() => {
          caught += 1;
        });
      }),
    );
    const [id = ''] = await queues.enqueueNumbers(1);
    await queues.drain();
    expect(await errorsOf(queues, id)).toEqual([
      ['dead', expect.stringContaining('what the step "look" gave cannot be kept')],
    ]);
    expect(caught).toBe(0);
  },
);

test.each<[string, (context: StepsContext) => Promise<unknown>, string]>([
  [
    'no name',
    ({ step }) => step('', () => {}),
    'the name of a step is a text of 1 to 100 characters, none of them U+0000 or half of one; got ""',
  ],
  ['a name with U+0000', ({ step }) => step('a\0', () => {}), 'none of them U+0000'],
  ['a long name', ({ step }) => step('x'.repeat(101), () => {}), 'got a text of 101 characters'],
  [
    'two at once',
    ({ step }) => Promise.all([step('a', () => {}), step('b', () => {})]),
    'step was called while the step "a" was running',
  ],
  [
    'one within another',
    ({ step }) => step('a', () => step('b', () => {})),
    'step was called while the step "a" was running',
  ],
  [
    'an enqueue within one',
    ({ step, enqueue }) => step('a', () => enqueue(numbered, { n: 1 })),
    'enqueue was called while the step "a" was running',
  ],
  [
    'one after a failed one',
    async ({ step }) => {
      await step('a', () => Promise.reject(new Error('caught'))).catch(() => {});
      await step('b', () => {});
    },
    'step was called after the step "a" had failed',
  ],
  [
    'an end after a failed one',
    ({ step }) => step('a', () => Promise.reject(new Error('caught'))).catch(() => {}),
    'the handler returned after the step "a" had failed',
  ],
  [
    'an end before that of a step',
    async ({ step }) => void step('a', () => new Promise(() => {})),
    'the handler returned while the step "a" was running',
  ],
])('misuse fails the attempt, and says what it was: %s', async (_, misuse, reason) => {
  const queues = await openQueues(
    inSteps(async (_message, context) => {
      await misuse(context);
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  expect((await errorsOf(queues, id))?.[0]).toEqual(['retry', expect.stringContaining(reason)]);
});

test('more steps than a delivery may have reject it', async () => {
  const queues = await openQueues(
    inSteps(async (_, { step }) => {
      for (let n = 0; n <= 250; n += 1) await step(`step ${n}`, () => n);
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.query(
    `insert into millrace.step (message_id, queue_id, number, version, name, started_at)
     select $1, q.id, n, 1, 'step ' || n, statement_timestamp() from millrace.queue q, generate_series(0, 248) as n`,
    [id],
  );
  await queues.drain();
  expect(await errorsOf(queues, id)).toEqual([
    ['dead', expect.stringContaining('a delivery has at most 250 steps')],
  ]);
  expect(await queues.query('select from millrace.step')).toHaveLength(250);
});

test('steps go with engine "postgres" alone', () => {
  for (const engine of ['sqs', 'sqs-fifo'] as const)
    expect(() => defineQueue({ ...inSteps(async () => {}), policy: { engine } })).toThrow(
      `onInSteps, as for "test.numbered", does not go with engine "${engine}": steps are recorded under a lease that Postgres has given`,
    );
});

test.each([0, 1.5, 32_768, '1'])('the version %s is none', (version) => {
  expect(() => inSteps(async () => {}, version as never)).toThrow(
    'The version of a handler in steps is a whole number from 1 to 32767',
  );
});
