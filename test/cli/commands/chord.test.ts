// `chord` and `chords`: what people are told of one and of all that are open, and cancelling it.
import { beforeAll, expect, test } from 'vitest';
import { type Deployment, deployment, runCli } from '#test/support/cli/run-cli.ts';
import { Chords } from '#test/support/sql/chords.ts';

let made: Deployment;
let chords: Chords;
beforeAll(async () => {
  made = await deployment();
  chords = new Chords(made.query);
});

const order = { type: 'order.placed', payload: { orderId: 'A-1' } };
const enqueued = async () =>
  (await chords.enqueue({ messages: [order, order, order], followedBy: order })).id;
const run = (...words: string[]) => runCli(['chord', ...words], made.byHttp);

test('shows how far it is', async () => {
  const id = await enqueued();
  const { code, stdout } = await run(id);
  expect(code).toBe(0);
  expect(stdout.replace(/\d{4}-.*Z/, 'INSTANT')).toBe(
    [
      `chord        ${id}`,
      'status       open',
      'enqueued     INSTANT',
      'members      3',
      'live         3',
      'done         0',
      'dead         0',
      'cancelled    0',
      'followed by  order.placed',
      '',
    ].join('\n'),
  );
  expect((await run('01a1fd71-3a0f-7a0c-b11b-24a0891b25d9')).code).toBe(3);
});

test('is joined by a message', async () => {
  const id = await enqueued();
  const join = (...flags: string[]) =>
    runCli(
      ['enqueue', order.type, JSON.stringify(order.payload), '--chord', id, ...flags],
      made.byHttp,
    );
  const { code, stderr } = await join();
  expect([code, stderr]).toEqual([0, 'It is pending.\n']);
  expect(await chords.show(id)).toMatchObject({ members: 4 });
  const unfit = await runCli(['enqueue', order.type, '{}', '--chord', id], made.byHttp);
  expect([unfit.code, unfit.stderr]).toEqual([2, expect.stringMatching(/^\/payload\/orderId: /)]);
  const keyed = await join('--idempotency-key', 'k');
  expect([keyed.code, keyed.stderr]).toEqual([2, expect.stringContaining('--idempotency-key')]);
});

test('is cancelled when somebody agrees', async () => {
  const id = await enqueued();
  const refused = await run(id, '--cancel');
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('This cancels the chord, and 3 of its members'),
  ]);
  expect((await run(id, '--cancel', '--dry-run')).stdout).toBe('Would cancel 3 of its members.\n');
  expect((await chords.show(id)).status).toBe('open');
  const { code, stdout } = await run(id, '--cancel', '--yes');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+ cancelled\.\n$/)]);
  expect(await chords.show(id)).toMatchObject({ status: 'cancelled', cancelled: 3 });
  expect((await run(id, '--cancel')).stdout).toBe('It has ended: there is nothing to cancel.\n');
});

test('one that has ended is left as it is', async () => {
  const id = await enqueued();
  await made.query('delete from millrace.delivery');
  await made.query('delete from millrace.parcel');
  await chords.sweep();
  const { code, stdout } = await run(id, '--cancel', '--yes');
  expect([code, stdout]).toEqual([0, 'It has ended: there is nothing to cancel.\n']);
});

test('those that are open are listed', async () => {
  const id = await enqueued();
  const { code, stdout } = await runCli(['chords', '--limit', '200'], made.byHttp);
  expect(code).toBe(0);
  const [titles = '', ...lines] = stdout.split('\n');
  expect(titles.split(/ {2,}/)).toEqual([
    ...['chord', 'enqueued', 'members', 'ended', 'dead', 'waits for', 'followed by', 'refused'],
  ]);
  expect(lines.find((line) => line.startsWith(id))).toMatch(/Z +3 +0 +0 +\S+ +order\.placed +-/);
});
