// How connections take turns, and what becomes of those that die, rest or are not to be had.
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSession } from '#queue/pg/database.ts';
import { failureKind } from '#queue/routines/failure-kind.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { failureOf, openOverTcp, pidOf } from '#test/support/queue/over-tcp.ts';
import { startSwitchedProxy } from '#test/support/queue/switched-proxy.ts';
import { waitUntil } from '#test/support/wait-until.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('connections', () => {
  test('are ten at most, each kept for the next statement, and closed when that is asked for', async () => {
    const { database, pids } = await openOverTcp();
    const asked = Array.from({ length: 40 }, () => database.query('select pg_sleep(0.02)'));
    await Promise.all(asked);
    expect((await pids()).length).toBe(10);
    await database.close();
    await waitUntil(async () => (await pids()).length === 0);
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('that have rested for long are not trusted', async () => {
    const { database } = await openOverTcp();
    const before = await pidOf(database);
    expect(await pidOf(database)).toBe(before);
    const now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now + 31_000);
    expect(await pidOf(database)).not.toBe(before);
  });

  test('that have rested in a machine that stood still are not trusted either', async () => {
    const { database } = await openOverTcp();
    const before = await pidOf(database);
    const now = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => now + 31_000);
    expect(await pidOf(database)).not.toBe(before);
  });

  test('that a burst has left over are ended, while one that is used goes on', async () => {
    const { database, pids } = await openOverTcp();
    await Promise.all(Array.from({ length: 10 }, () => database.query('select pg_sleep(0.02)')));
    const now = performance.now();
    let forwardMs = 0;
    for (const clock of [performance, Date])
      vi.spyOn(clock, 'now').mockImplementation(() => (clock === Date ? 0 : now) + forwardMs);
    const used = await pidOf(database);
    for (forwardMs = 20_000; forwardMs < 60_000; forwardMs += 20_000)
      expect(await pidOf(database)).toBe(used);
    await waitUntil(async () => (await pids()).length === 1);
  });

  test('are given to those who wait in their order', async () => {
    const { database } = await openOverTcp();
    const ended: number[] = [];
    const call = async (n: number): Promise<unknown> => {
      await database.query('select pg_sleep(0.01)');
      ended.push(n);
      // Whoever comes now comes last.
      return n < 60 ? call(n + 30) : undefined;
    };
    await Promise.all(Array.from({ length: 30 }, (_, n) => call(n)));
    // Each of the first has its turn before any of them has a second one and a third.
    expect(ended.findIndex((n) => n >= 60)).toBeGreaterThanOrEqual(30);
  });

  test('that died together are replaced at the first repetition', async () => {
    const { open, directUrl } = await openOverTcp();
    const proxy = await startSwitchedProxy(directUrl);
    const database = open(proxy.url);
    await Promise.all(Array.from({ length: 5 }, () => database.query('select pg_sleep(0.02)')));
    expect(proxy.connections).toBe(5);
    proxy.cut();
    let calls = 0;
    const call = () => {
      calls += 1;
      return database.query('select 1 as n');
    };
    expect(await retryTransient(call, { budgetMs: 20_000 })).toEqual([{ n: 1 }]);
    expect(calls).toBeLessThanOrEqual(2);
  });

  test('that the server terminates end no process, and are replaced', async () => {
    const { database, query } = await openOverTcp();
    const pid = await pidOf(database);
    await query('select pg_terminate_backend($1, 5000)', [pid]);
    expect(await retryTransient(() => pidOf(database), { budgetMs: 20_000 })).not.toBe(pid);
  });

  test('are given up with their statements, which the server leaves off', async () => {
    const { open, directUrl, query } = await openOverTcp(300);
    const name = `late_${randomUUID().replaceAll('-', '')}`;
    await query(`create table ${name} (n int)`);
    await query(`begin; lock table ${name}`);
    const failure = await failureOf(open(directUrl).query(`insert into ${name} values (1)`));
    expect(failure.name).toBe('TimeoutError');
    await query('commit');
    const waiting = `select from pg_stat_activity where state = 'active' and query like 'insert into ${name} %'`;
    await waitUntil(async () => (await query(waiting)).length === 0);
    expect(await query(`select from ${name}`)).toEqual([]);
  });

  test('that are about to be made end with the others, and what waits for them', async () => {
    const { open, directUrl } = await openOverTcp();
    const proxy = await startSwitchedProxy(directUrl);
    proxy.mode = 'hang';
    const database = open(proxy.url);
    const waiting = Array.from({ length: 12 }, () => failureOf(database.query('select 1')));
    await waitUntil(() => proxy.open === 10);
    await database.close();
    for (const failure of await Promise.all(waiting)) expect(failureKind(failure)).toBe('away');
    await waitUntil(() => proxy.open === 0);
    proxy.mode = 'pass';
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('keep no process from its end', async () => {
    const { directUrl } = await openOverTcp();
    const program = `
      const { openDatabase } = await import('#queue/pg/database.ts');
      console.log(JSON.stringify(await openDatabase(process.argv[1]).query('select 1 as n')));`;
    const words = ['--input-type=module', '-e', program, directUrl];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    expect(JSON.parse(stdout)).toEqual([{ n: 1 }]);
  });

  test('in use end when that is asked for, at the server as well', async () => {
    const { database, pids } = await openOverTcp();
    const busy = failureOf(database.query('select pg_sleep(0.2)'));
    await waitUntil(async () => (await pids()).length === 1);
    await database.close();
    expect(failureKind(await busy)).toBe('away');
    await waitUntil(async () => (await pids()).length === 0);
  });

  test('whose network is gone do not outlive their end', async () => {
    const { directUrl } = await openOverTcp();
    const proxy = await startSwitchedProxy(directUrl);
    const program = `
      const { openDatabase, openSession } = await import('#queue/pg/database.ts');
      const database = openDatabase(process.argv[1]);
      await database.query('select 1');
      const session = await openSession(process.argv[1]);
      console.log('open');
      process.stdin.once('end', async () => {
        await Promise.all([database.close(), session.close()]);
        console.log('closed');
      }).resume();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, proxy.url]);
    const said = child.stdout.setEncoding('utf8').iterator();
    expect((await said.next()).value).toBe('open\n');
    proxy.freeze();
    child.stdin.end();
    // What is left open would keep it from its end for a quarter of an hour.
    expect((await said.next()).value).toBe('closed\n');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('to a server that accepts and never answers are given up in time', async () => {
    const { open, directUrl } = await openOverTcp(300);
    const proxy = await startSwitchedProxy(directUrl);
    proxy.mode = 'hang';
    const failure = await failureOf(open(proxy.url).query('select 1'));
    expect([failure.name, failureKind(failure)]).toEqual(['TimeoutError', 'too-slow']);
  });

  test('that the server has no room for wait for those that there are', async () => {
    const { open, directUrl, query } = await openOverTcp();
    await query(`create role crowded login password 'secret' connection limit 2`);
    onTestFinished(() => query('drop role crowded').then(() => {}));
    const url = new URL(directUrl);
    [url.username, url.password] = ['crowded', 'secret'];
    const database = open(url.href);
    const asked = Array.from({ length: 8 }, () => database.query('select pg_sleep(0.02)'));
    expect(await Promise.all(asked)).toHaveLength(8);
    const failure = await failureOf(
      Promise.all([open(url.href).query('select 1'), openSession(url.href)]),
    );
    expect(failureKind(failure)).toBe('busy');
    await database.close();
  });
});
