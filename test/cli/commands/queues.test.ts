// What `queues` tells: counts that stop at a cap, and first pages of what there may be more of.
import { expect, test } from 'vitest';
import { queueTable } from '#cli/commands/queues.ts';
import { Printer } from '#cli/print/printer.ts';
import { deployment, runCli } from '#test/support/cli/run-cli.ts';

test('marks each count that has stopped at its cap', () => {
  const depth = { pending: 10_000, processing: 1, scheduled: 10_000, blocked: 0, dead: 2 };
  const payments = {
    ...{ name: 'payments', depth, retrying: 10_000, capped: ['pending', 'scheduled', 'retrying'] },
    ...{ paused: false, declared: true, oldestPendingSeconds: 2 * 86_400 + 5 },
    perMinute: { done: 3, retried: 0, dead: 0 },
  };
  expect(queueTable([payments], new Printer({ isJson: false })).split('\n')[1]).toMatch(
    /^payments +ok +10000\+ +1 +10000\+ +0 +2 +10000\+ +2d +3$/,
  );
});

test('says of groups and keys of a queue when they are not all', async () => {
  const made = await deployment();
  await made.query(`update millrace.queue set is_fair = true where name = 'inventory'`);
  const pause = (count: number) =>
    made.query(
      `select millrace.pause_key('inventory', 'key ' || n) from generate_series(1, $1) as n`,
      [count],
    );
  const shown = async () => (await runCli(['queues', 'inventory'], made.bySql)).stdout;
  await pause(9);
  expect(await shown()).not.toContain('more');
  await pause(11);
  expect(await shown()).toMatch(
    /\npaused key +since\n(key .+\n){10}There may be more than these\.\n$/,
  );
});
