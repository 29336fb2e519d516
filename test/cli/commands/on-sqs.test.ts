// What commands say of a message that SQS has.
import { expect, test } from 'vitest';
import { deployment, runCli } from '#test/support/cli/run-cli.ts';
import { declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

test('a message in SQS has had no attempt, and cannot be cancelled', async () => {
  const made = await deployment();
  const { bySql, query } = made;
  const sqs = await declareSqsQueue(made);
  const { name } = sqs.queue;
  const { id } = await sqs.relayOne();
  const { stdout } = await runCli(['status', id], bySql);
  expect(stdout).toMatch(new RegExp(`^${name} +relayed +0 `, 'm'));
  const said = `${id} waits nowhere: SQS has it in ${name}, where it goes on.\n`;
  expect(await runCli(['cancel', id], bySql)).toMatchObject({ code: 0, stdout: said });
  const [row] = await query('select millrace.cancel($1) as answer', [id]);
  expect(row?.['answer']).toEqual({ cancelled: [], relayed: [name] });
});
