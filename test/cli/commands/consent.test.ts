// Being asked before something is done: on a terminal, which streams stand for here, and where there is none.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { requireConsent } from '#cli/commands/consent.ts';
import { exitCodes } from '#cli/failure.ts';
import { deployment, runCli } from '#test/support/cli/run-cli.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const question = { sentence: 'This redrives 12 dead letters', expected: '12' };

/** A person who types that once the question is there. */
async function typing(keys: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (text) => {
    shown += text;
  });
  const answered = requireConsent({}, question, { input, output }).then(
    () => 0,
    (error) => error,
  );
  await waitUntil(() => shown.includes('Type 12 to go on:'));
  input.write(keys);
  const answer = await answered;
  expect(shown).toContain('This redrives 12 dead letters.');
  return answer;
}

test('goes on when the word was typed', async () => {
  expect(await typing('12\r')).toBe(0);
});

test('does nothing when something else was', async () => {
  expect(await typing('yes\r')).toMatchObject({
    message: 'Nothing was done: that was something else',
    exitCode: exitCodes.failed,
  });
});

test('does nothing after Ctrl-C', async () => {
  expect(await typing('\u0003')).toMatchObject({
    message: 'Nothing was done',
    exitCode: exitCodes.interrupted,
  });
});

test('asks nobody with --yes, and goes on nowhere without a terminal', async () => {
  const output = new PassThrough();
  await requireConsent({ yes: true }, question, { input: new PassThrough(), output });
  await expect(
    requireConsent({}, question, { input: new PassThrough(), output }),
  ).rejects.toMatchObject({ exitCode: exitCodes.usage });
  expect(output.readableLength).toBe(0);
});

const order = '{"orderId":"A-1"}';

test('a process without a terminal says what to type, and leaves everything as it is', async () => {
  const { bySql, query } = await deployment();
  const ids = [];
  for (const key of ['one', 'two'])
    ids.push(
      (
        await runCli(['enqueue', 'order.placed', order, '--idempotency-key', key], bySql)
      ).stdout.trim(),
    );
  for (const words of [
    ['purge', 'payments'],
    ['cancel', ...ids],
    ['keys', 'revoke', 'shop'],
  ])
    expect(await runCli(words, bySql)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Nothing was done\. This .* when you add --yes/),
    });
  const dry = await runCli(['purge', 'payments', '--dry-run'], bySql);
  expect(dry.stdout).toBe('Would cancel 2 that wait in payments.\n');
  expect(await query('select count(*)::int as n from millrace.delivery')).toEqual([{ n: 4 }]);
  expect((await runCli(['cancel', ...ids, '--yes'], bySql)).code).toBe(0);
  expect(await query('select count(*)::int as n from millrace.delivery')).toEqual([{ n: 0 }]);
});
