import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { transitions } from '#test/support/docs/transitions.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';

const page = await readFile(join(import.meta.dirname, '../../docs/lifecycle.md'), 'utf8');
const documented = tableUnder('## Transitions').map(([from, by, to]) => ({
  key: `${from} | ${by}`,
  to: String(to).split(', '),
}));

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase();
});

test('documents every transition that there is, and no other', () => {
  expect(documented.map(({ key }) => key).sort()).toEqual(Object.keys(transitions).sort());
});

test.each(documented)('leads to what is documented: $key', async ({ key, to }) => {
  const reached = new Set<string>();
  for (const transition of transitions[key] ?? []) {
    const queue = await declareQueue(db);
    const id = await transition(queue, db.query);
    const rows = await db.query<{ status: string }>(
      'select status from millrace.delivery_status where message_id = $1 and queue = $2',
      [id, queue.name],
    );
    expect(rows).toHaveLength(1);
    reached.add(rows[0]?.status ?? '');
  }
  expect([...reached].sort()).toEqual(to.sort());
});

test('documents the statuses that the view can show', async () => {
  const [view] = await db.query<{ text: string }>(
    `select pg_get_viewdef('millrace.delivery_status'::regclass) as text`,
  );
  const shown = view?.text.match(
    /'(pending|scheduled|blocked|processing|relayed|done|dead|cancelled)'/g,
  );
  const statuses = tableUnder('## Statuses').map(([status]) => `'${status}'`);
  expect([...new Set(shown)].sort()).toEqual(statuses.sort());
});

test('documents the outcomes that an attempt can have', async () => {
  const labels = await db.query<{ label: string }>(
    `select e.enumlabel as label from pg_enum e where e.enumtypid = 'millrace.attempt_outcome'::regtype`,
  );
  const [, paragraph = ''] = page.split('## Attempts');
  const named = [...(paragraph.split('with')[0] ?? '').matchAll(/`(\w+)`/g)].map(
    ([, name]) => name,
  );
  expect(named.sort()).toEqual(labels.map(({ label }) => label).sort());
});

/** The cells of the first table after a heading, without their backticks. */
function tableUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`${heading}\n`);
  const rows = section.trim().split('\n\n')[0]?.split('\n') ?? [];
  const lines = rows[0]?.startsWith('|')
    ? rows
    : (section.trim().split('\n\n')[1]?.split('\n') ?? []);
  return lines.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}
