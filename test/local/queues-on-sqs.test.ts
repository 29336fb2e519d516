import type { SQSEvent } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { awsAccess } from '#functions/aws/access.ts';
import { sendMessages } from '#functions/aws/sqs.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { startModes } from '#local/modes.ts';
import { openQueuesOnSqs } from '#local/queues-on-sqs.ts';
import { defineQueue, defineRegistry } from '#millrace';
import { newFolder, removeFolder } from '#test/support/folder.ts';

const mail = defineQueue({
  name: 'mail',
  policy: { engine: 'sqs', priorities: [2, 5] },
  subscriptions: [],
});
const steps = defineQueue({ name: 'steps', policy: { engine: 'sqs-fifo' }, subscriptions: [] });
const log = defineQueue({ name: 'log', subscriptions: [] });
const registry = defineRegistry({ queues: [mail, log, steps] });

function open() {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  const onSqs = openQueuesOnSqs(registry, folder);
  if (!onSqs) throw new Error('two queues are on SQS');
  return { folder, onSqs };
}

test('a registry without a queue on SQS needs none, and makes no folder', () => {
  expect(openQueuesOnSqs(defineRegistry({ queues: [log] }), '/nowhere')).toBeUndefined();
});

test('queues are where the functions look for them, and each invokes the function for it', async () => {
  const { onSqs } = open();
  expect(onSqs.names).toEqual(['mail', 'steps']);
  const modes = { sleep: false, eager: false, handOver: undefined };
  const { environment, stop } = await startModes(modes, async () => {}, onSqs);
  onTestFinished(stop);
  const urls = readQueueUrls(environment);
  const seen: string[] = [];
  const seeing =
    (name: string, queueAt: (arn: string) => string) =>
    async ({ Records }: SQSEvent) => {
      for (const { body, eventSourceARN } of Records)
        seen.push(`${name} ${queueAt(eventSourceARN)} ${body}`);
    };
  const end = onSqs.invoke({
    'sqs-consumer': seeing('consumer', (arn) => urls.at(arn).replace(/.*millrace-/, '')),
    'sqs-dead-letters': seeing('dead letters', (arn) => urls.queueOfDeadLettersAt(arn)),
  });
  onTestFinished(end);

  const send = (queueUrl: string, body: string, fifo: object = {}) =>
    sendMessages(awsAccess(environment), {
      queueUrl,
      entries: [{ id: 'one', body, ...fifo }],
      timeoutMs: 5_000,
    });
  await send(urls.of(mail), 'a');
  await send(urls.of(mail, 1), 'urgent');
  await send(urls.of(steps), 'b', { groupId: 'g', deduplicationId: 'b' });
  await send(`${urls.of(mail)}-dead`, 'c');
  await expect
    .poll(() => seen.toSorted())
    .toEqual([
      'consumer mail a',
      'consumer mail-p2 urgent',
      'consumer steps.fifo b',
      'dead letters mail c',
    ]);
});

test.each(['mail-p2', 'mail-dead'])('two SQS queues of one name are refused: %s', (name) => {
  const other = defineQueue({ name, policy: { engine: 'sqs' }, subscriptions: [] });
  expect(() => openQueuesOnSqs(defineRegistry({ queues: [mail, other] }), '/nowhere')).toThrow(
    `Two queues on SQS would be called "millrace-${name}": rename one of your queues`,
  );
});

test('a second server on the same data is refused, until the first has closed', async () => {
  const { folder, onSqs } = open();
  expect(() => openQueuesOnSqs(registry, folder)).toThrow('Another server has the queues in');
  await onSqs.close();
  await openQueuesOnSqs(registry, folder)?.close();
});
