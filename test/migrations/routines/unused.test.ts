// What fair queues, steps and chords have brought is paid for by those who use it: the calls of a deployment that has none of it read
// none of their tables, but for one look each whether there are chords.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { nodesOf, plansOf } from '#test/support/sql/plans.ts';
import { declareQueue, done } from '#test/support/sql/sql-queue.ts';

const tables = new Set([
  ...['chord', 'chord_members', 'step', 'event', 'paused_key', 'turn_reached'],
  ...['step_default', 'event_default'],
]);

test('who uses none of it reads none of its tables', async () => {
  const db = await createDatabase();
  const client = await connect(db);
  const queue = (await declareQueue(db)).on(client);
  const read: Record<string, string[]> = {};
  const reading = async <Answer>(name: string, call: () => Promise<Answer>): Promise<Answer> => {
    const answers: Answer[] = [];
    const plans = await plansOf(client, async () => answers.push(await call()));
    const names = nodesOf(plans)
      .filter((node) => (node['Actual Loops'] ?? 0) > 0)
      .flatMap((node) => node['Relation Name'] ?? [])
      .filter((table) => tables.has(table));
    read[name] = [...new Set(names)];
    return answers[0] as Answer;
  };
  const ask = (text: string, parameter: unknown) => () => client.query(text, [parameter]);

  const id = await reading('enqueue', () => queue.enqueue());
  await reading('enqueue with options', () =>
    queue.enqueueMany([
      { priority: 1 },
      { groupKey: 'A' },
      { delaySeconds: 60 },
      { idempotencyKey: 'B' },
    ]),
  );
  await reading('survey', ask('select millrace.survey($1)', [queue.name]));
  await reading('next due', ask('select millrace.next_due($1)', [queue.name]));
  const { deliveries } = await reading('claim', () => queue.claim({ count: 10 }));
  await reading('status', ask('select millrace.status($1)', id));
  await reading('settle', () => queue.settle(...deliveries.map((each) => done(each))));
  await reading('claim suspects', () => queue.claimSuspects());

  expect(deliveries).toHaveLength(4);
  expect(read).toEqual({
    enqueue: [],
    'enqueue with options': [],
    survey: ['chord'],
    'next due': ['chord'],
    claim: [],
    status: ['chord_members'],
    settle: [],
    'claim suspects': [],
  });
});
