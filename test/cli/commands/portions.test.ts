// Long work in portions, and what becomes of it when somebody presses Ctrl-C.
import { Client } from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { type Deployment, deployment, runCli, startCli } from '#test/support/cli/run-cli.ts';
import { buryGroups } from '#test/support/sql/bulk.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let made: Deployment;
beforeAll(async () => {
  made = await deployment();
  const lane = { name: 'payments', type: 'order.placed' };
  await buryGroups(made, lane, { count: 3_200, groups: 3_200 });
});

const count = async (table: string): Promise<number> => {
  const [row] = await made.query<{ n: number }>(`select count(*)::int as n from millrace.${table}`);
  return row?.n ?? 0;
};

/** Whether some statement waits for a lock. */
const isWaiting = async (): Promise<boolean> => {
  const waiting = await made.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return waiting.length > 0;
};

test('stops after the running portion, says how to go on, and goes on there', async () => {
  // The first portion cannot write its line into the audit table, so it is under way when Ctrl-C comes, however fast the
  // machine is.
  const holder = new Client(made.directUrl);
  holder.on('error', () => {});
  await holder.connect();
  await holder.query('begin');
  await holder.query('lock table millrace.audit in share mode');
  const { process, ended } = startCli(
    ['dead-letters', 'redrive', '--queue', 'payments', '--yes'],
    made.bySql,
  );
  await waitUntil(isWaiting);
  process.kill('SIGINT');
  await holder.query('rollback');
  await holder.end();
  const { code, stdout, stderr } = await ended;
  const done = Number(/^(\d+) redriven\.\n$/.exec(stdout)?.[1]);
  // A signal takes its time: another portion may have begun. And on a slow machine a portion ends before it is full.
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(3_200);
  expect(code).toBe(130);
  expect(stderr).toBe(`Stopped after ${done} of 3200: the same command goes on with the rest.\n`);
  expect([await count('dead_letter'), await count('delivery')]).toEqual([3_200 - done, done]);

  const rest = await runCli(['dead-letters', 'redrive', '--all', '--yes', '--json'], made.byHttp);
  expect(rest.code).toBe(0);
  expect(JSON.parse(rest.stdout)).toEqual({ redriven: 3_200 - done, more: false });
  expect([await count('dead_letter'), await count('delivery')]).toEqual([0, 3_200]);
});
