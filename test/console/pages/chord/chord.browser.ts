// The pages of chords: the open ones; one, reached from a message, cancelled by who may.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { expectGoodLooks } from '#test/support/console/every-look.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';
import { Chords } from '#test/support/sql/chords.ts';

const console = await openConsole();
const chords = new Chords(console.query);
const order = {
  type: 'order.placed',
  payload: { orderId: 'A-1', email: 'reader@example.com', items: [] },
  delaySeconds: 3_600,
};

async function enqueued() {
  const ids = [uuidV7(), uuidV7()];
  const messages = ids.map((id) => ({ id, ...order }));
  const { id } = await chords.enqueue({ messages, followedBy: order });
  return { id, ids };
}

test('is reached from a message, and shows how far it is', async () => {
  const { id, ids } = await enqueued();
  await console.query('select millrace.cancel($1)', [ids[0]]);
  const page = await visit(console, { path: `/console/messages/${ids[1]}` });
  await page.getByRole('link', { name: id }).click();
  await page.getByText('1 of 2 members ended').waitFor();
  await expectGoodLooks(console, {
    name: 'chord',
    path: `/console/chords/${id}`,
    ready: (shown) => shown.getByText('1 of 2 members ended').waitFor(),
  });
});

test('is cancelled by who may operate, and offered to nobody else', async () => {
  const { id } = await enqueued();
  const key = await console.keyFor('who-only-reads', ['read']);
  const reading = await visit(console, { path: `/console/chords/${id}`, key });
  await reading.getByText('It takes the scope operate to cancel it.').waitFor();
  const page = await visit(console, { path: `/console/chords/${id}` });
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByRole('button', { name: 'Cancel chord' }).click();
  await page.getByText('2 of 2 members ended').waitFor();
  expect(await chords.show(id)).toMatchObject({ status: 'cancelled', cancelled: 2 });
});

test('those that are open are listed, and what follows one that is refused', async () => {
  const { id, ids } = await enqueued();
  await console.query(
    `update millrace.chord set refusal = '{"code": "MR001", "reason": "no such type"}' where id = $1`,
    [id],
  );
  const row = (shown: Page) => shown.getByRole('row', { name: id });
  await expectGoodLooks(console, {
    name: 'chords',
    path: '/console/chords',
    ready: (shown) => row(shown).getByText('refused').waitFor(),
  });
  const page = await visit(console, { path: '/console' });
  await page.getByRole('link', { name: 'Chords' }).click();
  await row(page)
    .getByRole('link', { name: ids[0] as string })
    .waitFor();
  await row(page).getByRole('link', { name: id }).click();
  await page.getByText('0 of 2 members ended').waitFor();
});
