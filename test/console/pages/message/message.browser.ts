// The page of a message, on the real API: what it shows, and what is really done when somebody does it.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityFaults } from '#test/support/console/accessibility.ts';
import { expectGoodLooks } from '#test/support/console/every-look.ts';
import { hostile } from '#test/support/console/hostile-text.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { sendMessage } from '#test/support/console/send-message.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();

const pathOf = (id: string) => `/console/messages/${id}`;
const delivery = (page: Page, queue: string) =>
  page.getByRole('article', { name: `Delivery to ${queue}` });

/** Of the seeded dead letters, one whose error has this text in it. */
async function deadOf(queue: string, text: string): Promise<string> {
  const [row] = await console.query<{ id: string }>(
    `select l.message_id as id from millrace.dead_letter l join millrace.queue q on q.id = l.queue_id
     where q.name = $1 and strpos(l.error ->> 'message', $2) > 0 limit 1`,
    [queue, text],
  );
  return row?.id ?? '';
}

const statusOf = async (id: string, queue: string) => {
  const [row] = await console.query<{ status: string }>(
    'select status from millrace.delivery_status where message_id = $1 and queue = $2',
    [id, queue],
  );
  return row?.status;
};

test('shows each attempt with its error, the error’s cause, and, to operators, its stack', async () => {
  const id = await deadOf('payments', hostile.markup);
  const page = await visit(console, { path: pathOf(id) });
  const payments = delivery(page, 'payments');
  await payments.getByText('Caused by').waitFor();
  expect(await payments.getByText(hostile.markup).count()).toBeGreaterThan(0);
  expect(await payments.getByText('card_declined').count()).toBe(1);
  await payments.getByText('Stack').first().click();
  await payments
    .getByText(/at .+registry\.ts/)
    .first()
    .waitFor();
  expect(await page.title()).toContain('Millrace');

  const key = await console.keyFor('who-only-reads', ['read']);
  const reading = await visit(console, { path: pathOf(id), key });
  await delivery(reading, 'payments').getByText('Caused by').waitFor();
  expect(await reading.getByText('Stack').count()).toBe(0);
  await reading.getByText('It takes the scope operate to replay or cancel it.').waitFor();
  expect(await reading.getByRole('button', { name: 'Replay…' }).count()).toBe(0);
});

test('never shows what its type redacts', async () => {
  const page = await visit(console, { path: pathOf(await deadOf('payments', hostile.markup)) });
  const payload = page.getByRole('list', { name: 'Payload' });
  await payload.getByText('"[redacted]"').waitFor();
  expect(await page.content()).not.toContain('never seen');
});

test('follows a message to its end without a reload, with one call at a time', async () => {
  await console.query(`select millrace.pause('payments')`);
  const id = await sendMessage(console, { type: 'order.placed', payload: { n: 7 } });
  const page = await visit(console, { path: pathOf(id) });
  await delivery(page, 'payments').getByText('pending').first().waitFor();
  let open = 0;
  let most = 0;
  const isStatus = (url: string) => url.includes(`/v1/messages/${id}?`);
  page.on('request', (request) => {
    if (isStatus(request.url())) most = Math.max(most, ++open);
  });
  page.on('requestfinished', (request) => {
    if (isStatus(request.url())) open -= 1;
  });
  await console.query(`select millrace.resume('payments')`);
  await delivery(page, 'payments').getByText('Attempt 1').waitFor();
  expect(most).toBeLessThanOrEqual(1);
  await page.getByRole('article').getByText('done').first().waitFor();
});

test('replays to one queue', async () => {
  const id = await deadOf('webhooks', 'HTTP 500');
  const page = await visit(console, { path: pathOf(id) });
  const replay = page.getByRole('button', { name: 'Replay…' });
  await replay.click();
  await page.getByRole('dialog').getByRole('combobox').selectOption('webhooks');
  await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
  await page.getByText('Replayed to webhooks.').waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Replay…');
  const made = () =>
    console
      .query('select from millrace.attempt_log where message_id = $1', [id])
      .then((rows) => rows.length);
  await expect.poll(made).toBeGreaterThan(3);
  await expect
    .poll(() => delivery(page, 'webhooks').getByRole('listitem').count())
    .toBeGreaterThan(3);
});

test('cancels what has not started, by keyboard alone', async () => {
  const id = await sendMessage(console, {
    ...{ type: 'receipt.sent', payload: { n: 8 } },
    delaySeconds: 3_600,
  });
  const page = await visit(console, { path: pathOf(id) });
  const cancel = page.getByRole('button', { name: 'Cancel…' });
  await cancel.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Cancel deliveries' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Cancelled in receipts.').waitFor();
  expect(await statusOf(id, 'receipts')).toBe('cancelled');
  await delivery(page, 'receipts').getByText('cancelled').first().waitFor();
});

test('says that nothing was waiting when a consumer was faster', async () => {
  const id = await sendMessage(console, {
    ...{ type: 'receipt.sent', payload: { n: 9 } },
    delaySeconds: 3_600,
  });
  const page = await visit(console, { path: pathOf(id) });
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await console.query('select millrace.cancel($1)', [id]);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel deliveries' }).click();
  await page.getByText('Nothing was waiting any more').waitFor();
});

test('says what the API says of a message that is gone', async () => {
  const page = await visit(console, { path: pathOf('01900000-0000-7000-8000-000000000000') });
  await page.getByText('No message has this id').waitFor();
});

test('shows a payload of 256 KiB, of which only what is open is in the page', async () => {
  const [row] = await console.query<{ id: string }>(
    `select id from millrace.message where length(payload::text) > 200000 limit 1`,
  );
  const page = await visit(console, { path: pathOf(row?.id ?? '') });
  const all = page.getByRole('button', { name: /^Show all 261/ });
  await all.click();
  await all.waitFor({ state: 'detached' });
  await page.getByText('x'.repeat(2_000)).waitFor();
});

test('opens ten thousand values a portion at a time', async () => {
  const items = Array.from({ length: 10_000 }, (_, n) => ({ sku: `sku ${n}` }));
  const id = await sendMessage(console, {
    ...{ type: 'receipt.sent', payload: { n: 1, note: { items } } },
    delaySeconds: 3_600,
  });
  const page = await visit(console, { path: pathOf(id) });
  const payload = page.getByRole('list', { name: 'Payload' });
  await payload.getByRole('button', { name: /^note/ }).click();
  const list = payload.getByRole('button', { name: /^items/ });
  expect(await list.textContent()).toContain('10000 items');
  await list.click();
  expect(await payload.getByRole('listitem').count()).toBeLessThan(150);
  await payload.getByRole('button', { name: 'Show 100 more of 9900' }).click();
  await payload.getByRole('button', { name: /^199:/ }).click();
  await payload.getByText('"sku 199"').waitFor();
});

test('shows progress as it is told, and the result', async () => {
  const [row] = await console.query<{ id: string }>(
    `select d.message_id as id from millrace.delivery d join millrace.queue q on q.id = d.queue_id
     where q.name = 'exports' and d.lease_expires_at > statement_timestamp() limit 1`,
  );
  const id = row?.id ?? '';
  const tell = (fraction: number) =>
    console.query(
      `select millrace.report_progress('exports', jsonb_build_array(
         jsonb_build_object('id', d.message_id, 'token', d.lease_token, 'fraction', $2::float8, 'note', $3::text)))
       from millrace.delivery d where d.message_id = $1`,
      [id, fraction, hostile.markup],
    );
  await tell(0.4);
  const page = await visit(console, { path: pathOf(id) });
  const exports = delivery(page, 'exports');
  await exports.getByText('40 %').waitFor();
  await exports.getByText(hostile.markup).waitFor();
  await tell(0.8);
  await exports.getByText('80 %').waitFor();
  await console.query(
    `insert into millrace.attempt (message_id, queue_id, started_at, outcome, attempt, result)
     select $1, id, statement_timestamp() - interval '1 second', 'done', 1, '{"rows": 7}' from millrace.queue where name = 'exports'`,
    [id],
  );
  await console.query('delete from millrace.delivery where message_id = $1', [id]);
  await exports.getByRole('list', { name: 'Result of exports' }).getByText('7').waitFor();
});

/** Records three steps of a delivery, the last of which waits for an event, as `waitFor` does. */
async function recordSteps(id: string, queue: string): Promise<void> {
  await console.query(
    `with works as (update millrace.queue set has_steps = true where name = $3 returning id)
     insert into millrace.step (message_id, queue_id, number, version, name, kind, result, started_at, finished_at, due_at)
     select $1, works.id, s.number, 1, s.name, s.kind, s.result::json, now() - interval '3 seconds',
       case when s.due_at is null then now() end, s.due_at
     from works, (values
       (0, $2, 'step', '{"charge": 1042}', null::timestamptz),
       (1, 'print', 'step', null, null),
       (2, 'approved', 'event', null, now() + interval '1 hour')
     ) as s(number, name, kind, result, due_at)`,
    [id, hostile.markup, queue],
  );
}

test('shows each step with what it gave, and what a handler waits for until it comes', async () => {
  const id = await sendMessage(console, {
    ...{ type: 'receipt.sent', payload: { n: 5 } },
    delaySeconds: 3_600,
  });
  const page = await visit(console, { path: pathOf(id) });
  await delivery(page, 'receipts').getByText('scheduled').first().waitFor();
  await recordSteps(id, 'receipts');
  const steps = delivery(page, 'receipts').getByRole('list', { name: 'Steps in receipts' });
  await steps.getByText('event that it waits for, given up in').waitFor();
  expect(await steps.getByText(hostile.markup).count()).toBe(1);
  expect(await steps.getByText('step, ran 3 s').count()).toBe(2);
  await steps.getByText('Gave 16 bytes').click();
  await steps.getByText('1042').waitFor();
  await console.query(
    `update millrace.step set finished_at = started_at + interval '3 seconds', result = '{"by": "ann"}' where message_id = $1 and number = 2`,
    [id],
  );
  await steps.getByText('event after 3 s').waitFor();
});

test('says of a sleep and a wait in the middle of which a message was cancelled that they are over', async () => {
  const id = await sendMessage(console, {
    ...{ type: 'receipt.sent', payload: { n: 4 } },
    delaySeconds: 3_600,
  });
  await recordSteps(id, 'receipts');
  await console.query('select millrace.cancel($1)', [id]);
  const page = await visit(console, { path: pathOf(id) });
  const steps = delivery(page, 'receipts').getByRole('list', { name: 'Steps in receipts' });
  await steps.getByText('event that did not come within').waitFor();
  expect(await page.getByRole('button', { name: 'Send approved…' }).count()).toBe(0);
});

test('sends what a handler waits for, once it is JSON, and offers that to nobody who may not', async () => {
  const id = await sendMessage(console, {
    ...{ type: 'receipt.sent', payload: { n: 6 } },
    delaySeconds: 3_600,
  });
  await recordSteps(id, 'receipts');
  const key = await console.keyFor('who-reads-steps', ['read']);
  const reading = await visit(console, { path: pathOf(id), key });
  await reading.getByText('It takes the scope operate to send it events,').waitFor();
  const page = await visit(console, { path: pathOf(id) });
  await page.getByRole('button', { name: 'Send approved…' }).click();
  const dialog = page.getByRole('dialog');
  const payload = dialog.getByRole('textbox', { name: 'Payload, as JSON' });
  await payload.fill('{by: "ann"}');
  await dialog.getByRole('button', { name: 'Send event' }).click();
  await dialog.getByText('This is no JSON').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await payload.fill('{"by": "ann"}');
  await dialog.getByRole('button', { name: 'Send event' }).click();
  await page.getByText('The message has the event approved.').waitFor();
  expect(
    await console.query('select name, payload from millrace.event where message_id = $1', [id]),
  ).toEqual([{ name: 'approved', payload: { by: 'ann' } }]);
  await page.getByRole('button', { name: 'Send approved…' }).click();
  await payload.fill('{"by": "bob"}');
  await dialog.getByRole('button', { name: 'Send event' }).click();
  await page.getByText('with another payload, and that one counts').waitFor();
  await console.query(`select millrace.send_event($1, $2)`, [id, hostile.markup]);
  const events = page.getByRole('list', { name: 'Events that nothing in receipts has waited for' });
  await events.getByText(hostile.markup).waitFor();
  expect(await events.getByRole('listitem').count()).toBe(1);
});

test('leads along the chain of causes', async () => {
  const [cause = '', follower = ''] = await Promise.all(
    [1, 2].map((n) =>
      sendMessage(console, { ...{ type: 'receipt.sent', payload: { n } }, delaySeconds: 3_600 }),
    ),
  );
  await console.query('update millrace.message set origin.caused_by = $1 where id = $2', [
    cause,
    follower,
  ]);
  const page = await visit(console, { path: pathOf(follower) });
  await page.getByText('receipt.sent (this message)').waitFor();
  await page.getByRole('listitem').getByRole('link', { name: 'receipt.sent' }).click();
  await page.waitForURL((url) => url.pathname.endsWith(cause));
  await page.getByRole('listitem').getByRole('link', { name: 'receipt.sent' }).click();
  await page.waitForURL((url) => url.pathname.endsWith(follower));
});

test('looks well', async () => {
  const id = await deadOf('webhooks', 'HTTP 501');
  await recordSteps(id, 'webhooks');
  await expectGoodLooks(console, {
    ...{ name: 'message', path: pathOf(id) },
    ready: (page) => delivery(page, 'webhooks').getByText('Caused by').first().waitFor(),
  });
});
