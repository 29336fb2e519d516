import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  expectAllOnce,
  openBacklog,
  places,
  startingHelpers,
} from '#test/support/queue/helpers-started.ts';
import { countStatements, loseAnswers } from '#test/support/queue/intercept.ts';
import type { OpenQueues } from '#test/support/queue/open-queues.ts';

describe('a helper', () => {
  const take = ({ query }: OpenQueues, token: string) =>
    query('select millrace.take_helpers($1, 1)', [[token]]);

  test('never hands over', async () => {
    const { queues } = await openBacklog({ count: 20 });
    const token = randomUUID();
    await take(queues, token);
    const counted = countStatements(queues.database);
    const invoke = () => Promise.reject(new Error('one hop'));
    const { start, helpers } = startingHelpers(queues, 1, {
      database: counted,
      handOver: { most: 3, invoke },
    });
    start(token);
    expect(await helpers[0]).toMatchObject({ done: 20 });
    expect(counted.statements.filter(({ text }) => text.includes('backlog'))).toEqual([]);
    expect(await places(queues)).toEqual([]);
  });

  test('that comes too late does nothing, since its place may be another’s', async () => {
    const { queues } = await openBacklog({ count: 5 });
    const token = randomUUID();
    await take(queues, token);
    await queues.query(`update millrace.helper set ends_at = ends_at - interval '60 seconds'`);
    const { start, helpers } = startingHelpers(queues, 1);
    start(token);
    start(randomUUID());
    for (const helper of helpers) expect(await helper).toMatchObject({ claimed: 0 });
    expect(await queues.statuses()).toEqual({ pending: 5 });
  });

  test('whose event comes twice works once', async () => {
    const { queues, handled } = await openBacklog({ count: 20 });
    const token = randomUUID();
    await take(queues, token);
    const { start, helpers } = startingHelpers(queues, 1);
    start(token);
    start(token);
    const done = (await Promise.all(helpers)).map((summary) => summary.done);
    expect(done.toSorted()).toEqual([0, 20]);
    expectAllOnce(handled, 20);
  });

  test('works when its answers are lost', async () => {
    const { queues, handled } = await openBacklog({ count: 20 });
    const token = randomUUID();
    await take(queues, token);
    const lossy = ['start_helper', 'end_helper'].reduce(
      (database, routine) => loseAnswers(database, routine),
      queues.database,
    );
    const { start, helpers } = startingHelpers(queues, 1, { database: lossy });
    start(token);
    expect(await helpers[0]).toMatchObject({ done: 20 });
    expectAllOnce(handled, 20);
    expect(await places(queues)).toEqual([]);
  });
});
