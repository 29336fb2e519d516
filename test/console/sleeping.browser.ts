// A deployment that sleeps: its database is woken by who looks, and by nobody else.
import { expect, test } from 'vitest';
import { callsOf } from '#test/support/console/asked.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { takeScreenshot } from '#test/support/console/screenshots.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole({ flags: ['--sleep'] });

test('the console asks once, says that looking wakes the database, and asks again when told to', async () => {
  const page = await visit(console, { isTimeStill: true });
  await page.getByText('This deployment sleeps, and looking wakes its database').first().waitFor();
  await takeScreenshot(page, 'sleeping-light-1280');
  const calls = callsOf(page);
  await page.clock.fastForward('30:00');
  expect(calls).toEqual([]);
  await page.getByText('These figures are from 30 min ago').first().waitFor();
  await page.getByRole('button', { name: 'Look again' }).first().click();
  await expect.poll(() => calls).toEqual(['/v1/queues']);
});
