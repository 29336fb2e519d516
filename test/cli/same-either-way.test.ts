// One script over HTTP and over SQL: the same answers, the same exit codes, the same lines in the audit table.
import { expect, test } from 'vitest';
import {
  type Deployment,
  deployment,
  type Environment,
  runCli,
} from '#test/support/cli/run-cli.ts';
import { buryGroups } from '#test/support/sql/bulk.ts';
import { Chords } from '#test/support/sql/chords.ts';

type Step = readonly [words: string, extra?: string];

const order = '{"orderId":"A-1","items":[{"sku":"moby-dick","quantity":1}]}';

/** ID is the first message's, CHORD that of the one chord that there is. */
const script: readonly Step[] = [
  ['enqueue order.placed --priority 2 --group customer-7 --idempotency-key one', order],
  ['enqueue order.placed --idempotency-key one --priority 2 --group customer-7', order],
  ['enqueue order.unknown', order],
  ['send-event ID approved', '{"by":"ann"}'],
  ['send-event ID approved', '{"by":"bob"}'],
  ['status ID --chain'],
  ['messages --type order.placed --group customer-7'],
  ['messages --idempotency-key one --limit 1'],
  ['pause payments'],
  ['queues'],
  ['queues payments'],
  ['queues nosuch'],
  ['resume payments'],
  ['pause inventory --fairness-key a'],
  ['queues inventory'],
  ['dead-letters --queue payments --limit 2'],
  ['dead-letters groups'],
  ['dead-letters redrive --queue payments --dry-run'],
  ['dead-letters redrive --queue payments'],
  ['dead-letters redrive --queue nosuch --yes'],
  ['dead-letters redrive --queue payments --yes'],
  ['dead-letters discard --queue inventory --yes'],
  ['purge payments --dry-run'],
  ['purge payments --yes'],
  ['cancel ID'],
  ['replay ID --queue payments'],
  ['schedules'],
  ['schedules pause nosuch'],
  ['history --period day'],
  ['keys revoke nosuch --yes'],
  ['keys revoke shop'],
  ['chords'],
  ['enqueue order.placed --chord CHORD --priority 7', order],
  ['chord CHORD'],
  ['chord CHORD --cancel --yes'],
  ['enqueue order.placed --chord CHORD', order],
  ['chord ID'],
  ['audit --limit 20'],
];

test('gives the same answers over HTTP and over SQL', { timeout: 300_000 }, async () => {
  const one = await filled();
  const other = await filled();
  const [http, sql] = await Promise.all([
    play(one.byHttp, one.chordId),
    play(other.bySql, other.chordId),
  ]);
  expect(sql).toEqual(http);
  expect(http.map(({ code }) => code)).toEqual([
    ...[0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 2, 3],
    ...[0, 0, 0, 0, 0, 0, 0, 3, 0, 3, 2],
    ...[0, 0, 0, 0, 1, 3, 0],
  ]);
});

async function filled(): Promise<Deployment & { readonly chordId: string }> {
  const made = await deployment();
  for (const name of ['payments', 'inventory'])
    await buryGroups(made, { name, type: 'order.placed' }, { count: 3, groups: 3 });
  await made.query(`update millrace.queue set is_fair = true where name = 'inventory'`);
  const member = { type: 'order.placed', payload: JSON.parse(order) };
  const chord = { messages: [member, member], followedBy: member };
  const { id: chordId } = await new Chords(made.query).enqueue(chord);
  return { ...made, chordId };
}

async function play(environment: Environment, chordId: string) {
  let id = '';
  const answers = [];
  for (const [words, extra] of script) {
    const typed = words.split(' ').map((word) => ({ ID: id, CHORD: chordId })[word] ?? word);
    const all = [...typed, ...(extra === undefined ? [] : [extra]), '--json'];
    const { code, stdout } = await runCli(all, environment);
    if (id === '') id = JSON.parse(stdout).id;
    answers.push({ words, code, stdout: alike(stdout) });
  }
  return answers;
}

/** Without what is another one each time: ids, instants, ages, and who did it. */
const alike = (text: string): string =>
  text
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, 'INSTANT')
    .replace(/("oldestPendingSeconds": )[\d.]+/g, '$1AGE')
    .replace(/("(actor|sessionRole|nextCursor|revision)": )"[^"]*"/g, '$1…');
