import { expect, test } from 'vitest';
import { expectGoodLooks } from '#test/support/console/every-look.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();

test('shows every queue', async () => {
  const page = await visit(console);
  const names = page.getByRole('rowheader');
  await names.first().waitFor();
  expect((await names.allInnerTexts()).map((name) => name.trim())).toContain('payments');
});

test('looks well', () =>
  expectGoodLooks(console, {
    name: 'overview',
    path: '/console',
    ready: (page) => page.getByRole('table').first().waitFor(),
  }));
