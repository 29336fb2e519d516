import { expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import { pauseQueue, resumeQueue } from '#queue/operate/pause.ts';
import { purgeQueue } from '#queue/operate/purge.ts';
import { replayMessage } from '#queue/operate/replay.ts';
import { pauseSchedule, resumeSchedule } from '#queue/operate/schedules.ts';
import { UnknownQueue, UnknownSchedule } from '#queue/unknown-names.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const actor = 'somebody';

test.each<[string, (database: Database) => Promise<unknown>]>([
  ['pause', (database) => pauseQueue(database, 'nowhere', actor)],
  ['resume', (database) => resumeQueue(database, 'nowhere', actor)],
  ['purge', (database) => purgeQueue(database, { queue: 'nowhere', limit: 1, actor })],
])('%s of a queue that the database does not have says so', async (_, act) => {
  const { database } = await openQueues();
  const failure = await act(database).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UnknownQueue);
  expect(failure).toMatchObject({
    message: 'no queue is named "nowhere"',
    cause: { code: 'MR006' },
  });
});

test('a replay into a queue that the database does not have says so', async () => {
  const queues = await openQueues();
  await queues.query(
    `insert into millrace.message_type (name, is_public) values ('test.numbered', false)`,
  );
  const id = await queues.enqueue(numbered, { n: 1 });
  await expect(replayMessage(queues.database, { id, queue: 'nowhere', actor })).rejects.toThrow(
    UnknownQueue,
  );
});

test.each([
  ['pause', pauseSchedule],
  ['resume', resumeSchedule],
])('%s of a schedule that the code does not declare says so', async (_, act) => {
  const { database } = await openQueues();
  const failure = await act(database, 'never', actor).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UnknownSchedule);
  expect(failure).toMatchObject({
    message: 'no schedule is named "never"',
    cause: { code: 'MR009' },
  });
});

test('every other error is thrown as it is', async () => {
  const { database } = await openQueues();
  const failure = await replayMessage(database, { id: 'no uuid', actor }).catch(
    (error: unknown) => error,
  );
  expect(failure).not.toBeInstanceOf(UnknownQueue);
  expect(failure).toMatchObject({ code: '22P02' });
});
