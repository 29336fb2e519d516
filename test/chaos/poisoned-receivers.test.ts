// A message that SQS carries ends the process of whoever handles it: it dies of its own attempts, and takes no neighbour with it.
import { expect, test, vi } from 'vitest';
import { sendMessages } from '#functions/aws/sqs.ts';
import { DATABASE_URL, SQS_QUEUES_URL } from '#functions/environment.ts';
import { toBody } from '#functions/sqs/wire.ts';
import { startEventSource } from '#local/sqs/event-source.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import {
  carried,
  carriedRegistry,
  makeRunTables,
  poisonedQueue,
} from '#test/support/chaos/carried-queues.ts';
import { startReceiver } from '#test/support/chaos/receivers.ts';
import { createDatabase } from '#test/support/database.ts';
import { openSqs } from '#test/support/functions/sqs.ts';
import { wireMessage } from '#test/support/queue/wire.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const name = `millrace-${poisonedQueue.name}`;

test('neighbours of a poisonous message lose few attempts to it, none their last one, and are done', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const database = await createDatabase();
  await syncRegistry(database.database, carriedRegistry);
  await database.query(makeRunTables);
  const { sqs, queuesUrl, access, clock, ...aws } = await openSqs([
    { name, visibilitySeconds: 90 },
  ]);
  const environment = {
    ...aws.environment,
    ...{ [DATABASE_URL]: database.url, [SQS_QUEUES_URL]: `${queuesUrl}millrace-` },
    AWS_LAMBDA_LOG_LEVEL: 'FATAL',
  };
  const messages = Array.from({ length: 10 }, (_, n) =>
    wireMessage({
      type: carried.name,
      payload: { end: n === 4 ? 'poison' : 'done', workMs: n < 4 ? 0 : 2_000 },
    }),
  );
  const entries = messages.map((message, n) => ({ id: `${n}`, body: toBody(message) }));
  await sendMessages(access, { queueUrl: queuesUrl + name, entries, timeoutMs: 9_000 });
  let invocations = 0;
  const source = startEventSource({
    ...{ sqs, queue: name, functionName: name, maximumConcurrency: 1 },
    async handler(event) {
      invocations += 1;
      const receiver = await startReceiver(environment);
      return receiver.invoke(event).finally(async () => {
        await receiver.kill();
        invocations -= 1;
      });
    },
  });
  await waitUntil(async () => {
    if (invocations > 0) return false;
    if ([...sqs.queue(name).messages].length === 0) return true;
    // What was lost is given out again.
    clock.now = new Date(clock.now.getTime() + 100_000);
    await database.query(
      `update millrace.receipt set lease_expires_at = lease_expires_at - interval '100 seconds'`,
    );
    return false;
  });
  await source.stop();
  told.mockRestore();

  const [poison] = messages.splice(4, 1);
  const attempts = (id = '') =>
    database.query<{ outcome: string }>(
      `select outcome from millrace.attempt_log where message_id = $1 and outcome <> 'relayed' order by attempt`,
      [id],
    );
  const outcomes = async (id?: string) => (await attempts(id)).map(({ outcome }) => outcome);
  expect(await outcomes(poison?.id)).toEqual(['expired', 'expired', 'expired']);
  const letters = await database.query('select message_id from millrace.dead_letter');
  expect(letters).toEqual([{ message_id: poison?.id }]);
  for (const { id } of messages)
    expect(['done', 'expired,done', 'expired,expired,done']).toContain(String(await outcomes(id)));
}, 120_000);
