import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startApiGateway } from '#local/gateway/api-gateway.ts';
import { announceServer } from '#local/running-server.ts';
import { createDatabase } from '#test/support/database.ts';
import { dataFolder } from '#test/support/local/start-process.ts';

const program = join(import.meta.dirname, '../../cli/millrace.ts');

/** What npm run sql prints, given these words and this input. */
function sql(words: string[], input = '') {
  const ended = Promise.withResolvers<{ exitCode: unknown; output: string }>();
  const child = execFile(process.execPath, [program, 'sql', ...words], (error, stdout, stderr) =>
    ended.resolve({ exitCode: error?.code ?? 0, output: stdout + stderr }),
  );
  child.stdin?.end(input);
  return ended.promise;
}

/** A data folder whose npm start is announced and answers. */
async function setup(...further: readonly string[]) {
  const db = await createDatabase();
  const gateway = await startApiGateway({ handler: async () => ({ statusCode: 200 }) });
  onTestFinished(() => gateway.stop());
  const data = dataFolder();
  await announceServer(data, {
    url: `http://127.0.0.1:${gateway.port}`,
    apiKey: 'key',
    databaseUrl: db.url,
    postgresUrl: [db.directUrl, ...further].join(' '),
  });
  return ['--data', data];
}

test('shows rows as Postgres writes them', async () => {
  const data = await setup();
  const text = `select 'payments' as queue, 9007199254740993 as depth, null as nothing union all select 'x', 1, null`;
  expect(await sql([...data, text])).toEqual({
    exitCode: 0,
    output: [
      ' queue    | depth            | nothing',
      '----------+------------------+---------',
      ' payments | 9007199254740993 |',
      ' x        | 1                |',
      '(2 rows)',
      '',
      '',
    ].join('\n'),
  });
});

test('asks one of several databases, by its number', async () => {
  const { directUrl } = await createDatabase({ empty: true });
  const data = await setup(directUrl);
  const { output } = await sql([...data, '--database', '1', 'select current_database()']);
  expect(output).toContain(new URL(directUrl).pathname.slice(1));
  expect(await sql([...data, '--database', '2', 'select 1'])).toEqual({
    exitCode: 2,
    output: '--database is from 0 to 1 there; got 2\n',
  });
});

test('runs a script from its input, and says what statements without rows have done', async () => {
  const data = await setup();
  const script = 'create table t (id int); insert into t values (1), (2); select count(*) from t;';
  const { exitCode, output } = await sql(data, script);
  expect(exitCode).toBe(0);
  expect(output).toBe('CREATE\nINSERT 2\n count\n-------\n 2\n(1 row)\n\n');
});

test('says what Postgres refuses, and ends with 1', async () => {
  const data = await setup();
  expect(await sql([...data, `select millrace.enqueue('a.b', '{}', '{"delay": 5}')`])).toEqual({
    exitCode: 1,
    output: expect.stringMatching(/^ERROR: "delay" is not an option.*\nDETAIL: .*\n$/),
  });
});

test('says that nothing runs', async () => {
  expect(await sql(['--data', dataFolder(), 'select 1'])).toEqual({
    exitCode: 1,
    output: expect.stringMatching(/^Nothing runs on .*: npm start\n$/),
  });
});
