// When the console asks the API, and what it shows when there is no answer.
import { afterAll, expect, test } from 'vitest';
import { callsOf, setHidden } from '#test/support/console/asked.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { takeScreenshot } from '#test/support/console/screenshots.ts';
import { visit } from '#test/support/console/visit.ts';
import { type SwitchedProxy, startSwitchedProxy } from '#test/support/queue/switched-proxy.ts';

let proxy: SwitchedProxy | undefined;
const console = await openConsole({
  through: async (url) => {
    proxy = await startSwitchedProxy(url, afterAll);
    return proxy.url;
  },
});

test('a refresh of the overview is one call, every five seconds', async () => {
  const page = await visit(console, { isTimeStill: true });
  await page.getByRole('table').waitFor();
  const calls = callsOf(page);
  for (const times of [1, 2, 3]) {
    await page.clock.fastForward(5_000);
    await expect.poll(() => calls).toHaveLength(times);
  }
  expect(calls).toEqual(['/v1/queues', '/v1/queues', '/v1/queues']);
});

test('a hidden tab asks for nothing, and asks at once when it is seen again', async () => {
  const page = await visit(console, { isTimeStill: true });
  await page.getByRole('table').waitFor();
  await setHidden(page, true);
  const calls = callsOf(page);
  await page.clock.fastForward('30:00');
  expect(calls).toEqual([]);
  await setHidden(page, false);
  await expect.poll(() => calls).toContain('/v1/queues');
});

test('while the database is away, the last figures stay with their age, and go on when it is back', async () => {
  const page = await visit(console);
  await page.getByRole('table').waitFor();
  if (proxy) proxy.mode = 'close';
  proxy?.cut();
  await page.getByText('The database is away.').waitFor({ timeout: 40_000 });
  await page.getByText(/These figures are from .* ago/).waitFor();
  expect(await page.getByRole('link', { name: 'payments' }).count()).toBeGreaterThan(0);
  await takeScreenshot(page, 'stale-light-1280');
  if (proxy) proxy.mode = 'pass';
  await page.getByText('The database is away.').waitFor({ state: 'detached', timeout: 60_000 });
});

test('without a network the same, and it asks at once when there is one again', async () => {
  const page = await visit(console);
  await page.getByRole('table').waitFor();
  await page.context().setOffline(true);
  await page.getByText('The API does not answer.').waitFor();
  await page.context().setOffline(false);
  await page.getByText('The API does not answer.').waitFor({ state: 'detached' });
});
