// What callers are told while the server is in trouble: a problem of its own for each kind, with the time to wait.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '#migrations/migrate.ts';
import { openDatabase } from '#queue/database.ts';
import { errorCode } from '#queue/routines/failure-kind.ts';
import { OwnServer } from '#test/support/chaos/own-server.ts';
import { type Trouble, troubles } from '#test/support/chaos/troubles.ts';
import { bearer, openApi, putApiKey, secret } from '#test/support/functions/api.ts';
import { moveClock } from '#test/support/functions/clock.ts';
import { synchronised } from '#test/support/functions/message-types.ts';
import { countStatements, intercept } from '#test/support/queue/intercept.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const messages = Array(3).fill({ type: 'test.anything', payload: 'o'.repeat(300) });

let server: OwnServer;
beforeAll(async () => {
  server = await OwnServer.start();
  await migrate({ url: server.url, registry: synchronised, log: recordingLog() });
  await putApiKey(openDatabase(server.url), 'shop', secret, ['enqueue:*', 'operate']);
});
afterAll(() => server.stop());

const sql = (text: string, parameters?: unknown[]) =>
  openDatabase(server.url).query(text, parameters);

/** The API, with so little patience that it repeats no call that has failed with this code. */
function impatientApi(code: string) {
  const clock = moveClock();
  const database = intercept(openDatabase(server.url), async (_, run) => {
    try {
      return await run();
    } catch (error) {
      if (errorCode(error) === code) clock.forward(8_000);
      throw error;
    }
  });
  return openApi({ database });
}

type Name = keyof typeof troubles;

const told: [Name, string, number][] = [
  ['is a replica until it is promoted', 'database-read-only', 10],
  ['takes no writes', 'database-read-only', 10],
  ['ends statements after a time', 'too-slow', 5],
  ['has somebody who cancels statements', 'too-slow', 5],
  ['has somebody who terminates connections', 'database-away', 5],
  ['ends waits for locks after a time', 'database-busy', 5],
  ['has no connections left', 'database-busy', 5],
  ['is taken over by another one', 'database-away', 5],
  ['has a full disk', 'database-full', 60],
];

describe.each(told)('while a server %s', (name, problem, seconds) => {
  test(`an enqueue is answered with ${problem}, and stores nothing`, async (context) => {
    const trouble: Trouble = troubles[name];
    context.skip(trouble.impossible !== undefined, trouble.impossible);
    const api = impatientApi(trouble.code);
    const end = await trouble.begin(server);
    const path = '/v1/messages/batch';
    const answer = await api.call({ path, body: { messages }, headers: bearer() }).finally(end);
    expect([answer.status, answer.body.type]).toEqual([503, `urn:millrace:problem:${problem}`]);
    expect(answer.headers.get('retry-after')).toBe(String(seconds));
    expect(api.log).toContainEqual(expect.objectContaining({ level: 'warn', message: problem }));
    expect(await sql('select from millrace.message')).toEqual([]);
  });
});

test.each(['is a replica until it is promoted', 'takes no writes'] as const)(
  'health says so in one round trip when a server %s',
  async (name) => {
    const counted = countStatements(openDatabase(server.url));
    const api = openApi({ database: counted });
    const health = () => api.call({ path: '/v1/health' });
    expect((await health()).status).toBe(200);
    const end = await troubles[name].begin(server);
    await expect.poll(async () => (await health()).status).toBe(503);
    const before = counted.statements.length;
    const answer = await health();
    expect(counted.statements.length - before).toBe(1);
    expect(answer.body.type).toBe('urn:millrace:problem:database-read-only');
    expect(answer.headers.get('retry-after')).toBe('10');
    await end();
    await expect.poll(async () => (await health()).status).toBe(200);
  },
);

/** What somebody has to mend: repeating the call helps nobody, and an alarm is to ring. */
const unmended: [string, string, string][] = [
  ['a routine is missing', '42883', 'alter function millrace.enqueue_plain rename to gone'],
  ['the schema is missing', '3F000', 'alter schema millrace rename to gone'],
];

describe.each(unmended)('while %s', (_, code, breaking) => {
  test('an enqueue is answered at once, and the reason logged as an error', async () => {
    const counted = countStatements(openDatabase(server.url));
    const api = openApi({ database: counted });
    await sql(breaking);
    const answer = await api.call({
      path: '/v1/messages',
      body: messages[0],
      headers: bearer(),
    });
    await sql(breaking.replace(/(millrace\.)?(\w+) rename to gone/, '$1gone rename to $2'));
    expect([answer.status, answer.body.type]).toEqual([
      503,
      'urn:millrace:problem:database-unmigrated',
    ]);
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(counted.statements.length).toBeLessThanOrEqual(2);
    expect(api.log).toContainEqual(
      expect.objectContaining({ level: 'error', error: expect.objectContaining({ code }) }),
    );
  });
});
