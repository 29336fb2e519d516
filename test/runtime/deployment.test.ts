// What a deployment and its rollback do with the bundles, and what becomes of functions that cannot begin their work.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CloudAssembly, sharedAssembly } from '#test/support/infra/cloud-assembly.ts';
import { startSwitchedProxy } from '#test/support/queue/switched-proxy.ts';
import { type Cloud, openCloud } from '#test/support/runtime/cloud.ts';
import { answerOf, bearer, call, order } from '#test/support/runtime/orders.ts';
import { publishVersions } from '#test/support/runtime/published-versions.ts';
import type { SandboxOptions } from '#test/support/runtime/sandbox.ts';

let assembly: CloudAssembly;
beforeAll(async () => {
  assembly = await sharedAssembly();
});

let cloud: Cloud;
beforeEach(async () => {
  cloud = await openCloud({ assembly });
});

/** A deployment invokes each version in a process of its own. */
async function migrate(options: SandboxOptions = {}) {
  const sandbox = await cloud.sandbox('migrate', options);
  const outcome = await sandbox.invoke({ RequestType: 'Update' });
  return { outcome, sandbox };
}

const parameter = '/millrace/database-url';
const elsewhere = (change: (url: URL) => void) => {
  const url = new URL(cloud.database.url);
  change(url);
  cloud.parameters.set(parameter, url.href);
};

describe('a deployment', () => {
  test('migrates an empty database, and finds nothing to do the second time', async () => {
    const first = answerOf<{ applied: string[] }>((await migrate()).outcome);
    expect(first.applied).toContain('migrations/tables/0001_schema.sql');
    expect(first.applied).toContain('handlers/tables/0001_bookstore.sql');
    expect((await migrate()).outcome).toEqual({ answer: { applied: [] } });
  });

  test.each([
    ['the parameter does not exist', () => cloud.parameters.clear(), 'ParameterNotFound'],
    ['the parameter holds no URL', () => cloud.parameters.set(parameter, 'hunter2'), ''],
    [
      'the password is wrong',
      () =>
        elsewhere((url) => {
          url.password = 'hunter2';
        }),
      'password authentication failed',
    ],
    [
      'there is no such database',
      () =>
        elsewhere((url) => {
          url.pathname = '/hunter2';
        }),
      'does not exist',
    ],
  ])('fails, with a reason and no secret, when %s', async (_case, spoil, reason) => {
    spoil();
    const { outcome, sandbox } = await migrate();
    expect(outcome).toHaveProperty('error.errorMessage');
    expect(JSON.stringify(outcome)).toContain(reason);
    if (reason !== 'does not exist')
      expect(sandbox.output + JSON.stringify(outcome)).not.toContain('hunter2');
  });
});

describe('a rollback', () => {
  const rollback = async (...versions: number[]) => {
    const published = await publishVersions(...versions);
    const { outcome, sandbox } = await migrate({
      version: '7',
      environment: published.environment,
    });
    // What the runtime logs of an error that was thrown is no text.
    const messages = sandbox.log
      .map(({ message }) => message)
      .filter((message) => typeof message === 'string');
    return { outcome, messages, published };
  };

  test('does not fail when it cannot migrate: a newer version of the function exists', async () => {
    elsewhere((url) => {
      url.pathname = '/nowhere';
    });
    const { outcome, messages, published } = await rollback(6, 7, 8);
    expect(outcome).toEqual({ answer: { applied: [] } });
    expect(messages).toEqual(['rolled back without a migration']);
    expect(published.asked).toEqual(
      Array(2).fill(
        `GET /2015-03-31/functions/${assembly.functionAt('MillraceMigrations').name}/versions`,
      ),
    );
  });

  test('is not what a deployment of the newest version is, and that one fails', async () => {
    elsewhere((url) => {
      url.pathname = '/nowhere';
    });
    expect((await rollback(5, 7)).outcome).toHaveProperty('error.errorMessage');
  });

  test('is not assumed when Lambda does not tell', async () => {
    elsewhere((url) => {
      url.pathname = '/nowhere';
    });
    const { outcome, messages } = await rollback();
    expect(outcome).toHaveProperty('error.errorMessage');
    expect(messages).toEqual(['cannot tell whether this is a rollback']);
  });

  test('leaves the routines of newer code as they are, and brings its own queues back', async () => {
    await migrate();
    const { query } = cloud.database;
    await query(`update millrace.migration set checksum = 'newer' where name = 'millrace.claim'`);
    await query(`update millrace.queue set is_declared = false where name = 'shipping'`);
    const { outcome, messages } = await rollback(7, 8);
    expect(outcome).toEqual({ answer: { applied: [] } });
    expect(messages).toEqual(['a rollback: the routines stay those of the newer code', 'migrated']);
    expect(await query('select from millrace.queue where not is_declared')).toEqual([]);
    expect((await rollback(7)).outcome).toEqual({
      answer: { applied: ['migrations/routines/claim/claim.sql'] },
    });
  });
});

describe('a function', () => {
  test('says at its init which variables it lacks', async () => {
    const http = await cloud.sandbox('http', {
      environment: { MILLRACE_DATABASE_URL_PARAMETER: undefined },
    });
    expect(await http.invoke({})).toMatchObject({
      error: {
        errorType: expect.any(String),
        errorMessage: expect.stringContaining('MILLRACE_DATABASE_URL_PARAMETER'),
      },
    });
    expect(await http.invoke({})).toEqual({ ended: 1 });
  });

  test('whose database is away at its init serves when it is back', async () => {
    await migrate();
    const key = await bearer(cloud);
    const proxy = await startSwitchedProxy(cloud.database.url);
    cloud.parameters.set(parameter, proxy.url);
    proxy.mode = 'close';
    const http = await cloud.sandbox('http');
    const posted = { method: 'POST', path: '/v1/messages', headers: key, body: order('A-1') };
    expect(await call(http, posted)).toMatchObject({ status: 503 });
    proxy.mode = 'pass';
    expect(await call(http, posted)).toMatchObject({ status: 202 });
  });

  test('whose parameter is mended serves, in the same process', async () => {
    await migrate();
    cloud.parameters.clear();
    const http = await cloud.sandbox('http');
    const health = { method: 'GET', path: '/v1/health' };
    expect(await call(http, health)).toMatchObject({ status: 503 });
    cloud.parameters.set(parameter, cloud.database.url);
    expect(await call(http, health)).toMatchObject({ status: 200 });
  });
});
