// What the first view costs: how long scripts run until every queue is shown, and what has come over the wire by then.
import { expect, test } from 'vitest';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();

test('the overview is there after little script, and without what other pages need', async () => {
  const page = await visit(console);
  await page.getByRole('table').waitFor();
  // Signed in already, as after a reload: from an empty page to the table.
  const bytes: number[] = [];
  const names: string[] = [];
  page.on('response', async (response) => {
    if (!response.url().includes('/console')) return;
    names.push(new URL(response.url()).pathname);
    bytes.push(Number(response.headers()['content-length']));
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scriptSeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN;
  };
  await page.reload();
  await page.getByRole('table').waitFor();
  const milliseconds = Math.round((await scriptSeconds()) * 1000);
  const sum = bytes.reduce((left, right) => left + right, 0);
  process.stdout.write(
    `console, first view: ${milliseconds} ms of script, ${bytes.length} files, ${sum} bytes\n`,
  );
  expect(names.filter((name) => /plot|message-page|letters-page/.test(name))).toEqual([]);
});
