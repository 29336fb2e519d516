// A queue with an SQS queue for each class of priority: what the relay sends to which, and what comes back to the right one.
import { expect, test } from 'vitest';
import { receive } from '#local/sqs/receive-messages.ts';
import { sqsNameOf } from '#queue/declare/priority-classes.ts';
import { retryAfter } from '#queue/declare/ways-out.ts';
import { redriveDeadLetters } from '#queue/operate/dead-letters.ts';
import { buryReceived } from '#queue/routines/bury-received.ts';
import { openCarriedBySqs } from '#test/support/functions/carried-by-sqs.ts';
import { openRelayed } from '#test/support/functions/relayed-queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements } from '#test/support/queue/intercept.ts';
import { sqsQueue } from '#test/support/queue/receiving.ts';
import { wireMessage } from '#test/support/queue/wire.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const classes = { engine: 'sqs', priorities: [2, 5, 8] } as const;

test('each message is relayed to the class of its priority, alone or enqueued with others', async () => {
  const { queues, drain, sent, callSizes } = await openRelayed(classes);
  for (let priority = 1; priority <= 9; priority += 1)
    await queues.enqueue(numbered, { n: priority }, { priority });
  await queues.enqueueNumbers(15, { priority: 1 });
  await queues.enqueueNumbers(15);
  // Scheduled ones are single deliveries.
  await queues.enqueue(numbered, { n: 7 }, { priority: 7, delaySeconds: 1 });
  await queues.query(
    `update millrace.delivery set available_at = statement_timestamp() where priority = 7`,
  );
  expect(await drain()).toMatchObject({ claimed: 40, done: 40, released: 0 });
  const prioritiesOf = (priority: number) =>
    sent(priority)
      .map((message) => message.priority)
      .toSorted();
  expect(prioritiesOf(2)).toEqual([...Array(16).fill(1), 2]);
  expect(prioritiesOf(5)).toEqual([3, 4, ...Array(16).fill(undefined)]);
  expect(prioritiesOf(8)).toEqual([6, 7, 7, 8, 9]);
  for (const { payload, priority } of sent(8)) expect(payload).toEqual({ n: priority });
  expect(Math.max(...callSizes())).toBe(10);
});

test('what is urgent is sent first, and priorities are asked once for each claim', async () => {
  const { queues, drain, aws } = await openRelayed({ ...classes, batchSize: 50 });
  await queues.enqueueNumbers(100);
  await queues.enqueueNumbers(100, { priority: 1 });
  const database = countStatements(queues.database);
  await drain({ database });
  const [first] = aws.calls;
  expect(first?.body).toContain('millrace-relayed-p2"');
  const asked = database.statements.filter(({ text }) => text.includes('millrace.priorities('));
  expect(asked.flatMap(({ parameters }) => parameters[1])).toHaveLength(200);
  expect(
    database.statements.filter(({ text }) => text === 'select millrace.rounds($1, $2) as rounds'),
  ).toEqual([]);
});

test('a queue with one class is asked for no priority, and sends none', async () => {
  const { queues, drain, sent } = await openRelayed({ engine: 'sqs', priorities: [3] });
  await queues.enqueueNumbers(3, { priority: 1 });
  const database = countStatements(queues.database);
  await drain({ database });
  expect(database.statements.some(({ text }) => text.includes('priorities'))).toBe(false);
  expect(sent().map((message) => 'priority' in message)).toEqual([false, false, false]);
});

test('what is redriven goes to the class from which it came', async () => {
  const { queues, drain, sent } = await openRelayed(classes);
  await queues.enqueueNumbers(2, { priority: 1 });
  await queues.enqueueNumbers(1);
  await drain();
  const received = [...sent(1), ...sent()].map((message) => ({ message, count: 100 }));
  await buryReceived(queues.database, { queue: 'relayed', received, budgetMs: 5_000 });
  const all = { filter: { queue: 'relayed' }, limit: 10, dryRun: false, actor: 'test' };
  expect(await redriveDeadLetters(queues.database, all)).toMatchObject({ redriven: 3 });
  expect(await drain()).toMatchObject({ claimed: 3, done: 3 });
  expect(sent(1).slice(2)).toMatchObject([
    { round: 1, priority: 1 },
    { round: 1, priority: 1 },
  ]);
  expect(sent().slice(1)).toMatchObject([{ round: 1 }]);
});

test('each class is handled by the queue’s handlers, and a retry waits where it came from', async () => {
  const attempts: string[] = [];
  const queue = sqsQueue(({ payload: { n } }, { attempt }) => {
    attempts.push(`${n} ${attempt}`);
    if (n < 9 && attempt === 1) retryAfter(600, 'not yet');
  }, classes);
  const { send, poll, left, pass, calls, sqs, statuses } = await openCarriedBySqs(queue);
  for (const priority of [1, 5, 8])
    await send([wireMessage({ payload: { n: priority }, priority })], priority);
  await send([wireMessage({ payload: { n: 9 }, priority: 9 })], 9);
  poll();
  const hidden = () => calls.filter(({ body }) => body.includes('"VisibilityTimeout":600'));
  await waitUntil(() => hidden().length === 3 && left().queue === 3);
  expect(
    hidden()
      .map(({ body }) => JSON.parse(body).QueueUrl.replace(/.*-test-/, ''))
      .toSorted(),
  ).toEqual(['carried', 'carried-p2', 'carried-p8']);
  for (const end of ['', '-p2', '-p8'])
    expect(sqs.queue(`millrace-test-carried${end}`).counts).toMatchObject({
      inFlight: 1,
      visible: 0,
    });
  await pass(601);
  await waitUntil(() => left().queue === 0);
  expect(attempts.toSorted()).toEqual(['1 1', '1 2', '5 1', '5 2', '8 1', '8 2', '9 1']);
  expect(await statuses()).toEqual({ done: 4 });
});

test('what any class gives up is a dead letter with its priority, by the dead-letter queue of all', async () => {
  const queue = sqsQueue(() => {}, classes);
  const { send, poll, left, pass, sqs, query } = await openCarriedBySqs(queue, {
    maxReceiveCount: 1,
  });
  for (const priority of [2, 5, 9]) {
    await send([wireMessage({ priority })], priority);
    receive(sqs, `millrace-test-${sqsNameOf(queue, priority)}`, { most: 10 });
  }
  await pass(90);
  poll();
  await waitUntil(() => left().queue + left().dead === 0);
  const letters = await query('select priority from millrace.dead_letter order by priority');
  expect(letters).toEqual([{ priority: 2 }, { priority: 5 }, { priority: 9 }]);
});
