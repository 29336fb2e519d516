import { describe, expect, test } from 'vitest';
import { cachedConnectionStrings, withoutPooler } from '#functions/runtime/connection-string.ts';
import type { DatabaseUrlSource } from '#functions/runtime/database-url-source.ts';
import { openAws, parameterName } from '#test/support/functions/aws.ts';
import { moveClock } from '#test/support/functions/clock.ts';

const forbidden = { status: 400, type: 'AccessDeniedException' } as const;
const url = 'postgresql://u:p@host/db';

/** Of a deployment with one database. */
function onlyString(source: DatabaseUrlSource) {
  const { read } = cachedConnectionStrings(source, 1);
  return { read: async () => (await read())[0] };
}

describe('reading the parameter', () => {
  test('asks for it decrypted, with a signature', async () => {
    const { source, calls } = await openAws({ parameter: url });
    expect(await onlyString(source).read()).toBe(url);
    expect(calls).toMatchObject([
      { service: 'ssm', headers: { 'x-amz-target': 'AmazonSSM.GetParameter' } },
    ]);
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ Name: parameterName, WithDecryption: true });
  });

  test('tries again when AWS is busy or away', async () => {
    const { source, troubles } = await openAws({ parameter: url });
    troubles.push(
      { status: 400, type: 'ThrottlingException' },
      { status: 500, type: 'InternalServerError' },
    );
    expect(await onlyString(source).read()).toBe(url);
  });

  test('gives up after three tries', async () => {
    const aws = await openAws();
    aws.trouble = 'no answer';
    await expect(onlyString(aws.source).read()).rejects.toThrow(
      'Cannot read the connection string from the SSM parameter "/shop/database-url": no answer',
    );
    expect(aws.calls).toHaveLength(3);
  });

  test('gives up at once when AWS refuses, and says why without identities', async () => {
    const aws = await openAws();
    aws.trouble = forbidden;
    await expect(onlyString(aws.source).read()).rejects.toThrow(
      /^Cannot read the connection string from the SSM parameter "\/shop\/database-url": AccessDeniedException$/,
    );
    expect(aws.calls).toHaveLength(1);
  });
});

const first = 'postgresql://u:first@host/db';
const second = 'postgresql://u:second@host/db';

describe('the connection string', () => {
  test('is read once for calls at the same time, and again after five minutes', async () => {
    const clock = moveClock();
    const { source, parameters, calls } = await openAws({ parameter: first });
    const connectionString = onlyString(source);
    const both = [connectionString.read(), connectionString.read()];
    expect(await Promise.all(both)).toEqual([first, first]);
    expect(calls).toHaveLength(1);
    parameters.set(parameterName, second);
    clock.forward(299_000);
    expect(await connectionString.read()).toBe(first);
    clock.forward(2_000);
    expect(await connectionString.read()).toBe(second);
  });

  test('serves on while it cannot be read again', async () => {
    const clock = moveClock();
    const aws = await openAws({ parameter: first });
    const connectionString = onlyString(aws.source);
    await connectionString.read();
    aws.trouble = forbidden;
    clock.forward(301_000);
    expect(await connectionString.read()).toBe(first);
    expect(await connectionString.read()).toBe(first);
    expect(aws.calls).toHaveLength(2);
    aws.trouble = undefined;
    aws.parameters.set(parameterName, second);
    clock.forward(31_000);
    expect(await connectionString.read()).toBe(second);
  });

  test('serves on while what is stored now is no URL', async () => {
    const clock = moveClock();
    const { source, parameters } = await openAws({ parameter: first });
    const connectionString = onlyString(source);
    await connectionString.read();
    parameters.set(parameterName, 'oops');
    clock.forward(301_000);
    expect(await connectionString.read()).toBe(first);
  });

  test('is read again after a failure at the start', async () => {
    const { source, parameters } = await openAws();
    const connectionString = onlyString(source);
    await expect(connectionString.read()).rejects.toThrow('ParameterNotFound');
    parameters.set(parameterName, first);
    expect(await connectionString.read()).toBe(first);
  });
});

describe('the connection strings of several databases', () => {
  const third = 'postgres://u:third@other/db';

  test.each([
    `${first} ${second} ${third}`,
    `\n${first}\n\n${second}\r\n\t${third}\n`,
    `${first} ${second} ${third} postgresql://u:not-deployed-yet@host/db`,
    `${first} ${second} ${third} postgresql://`,
  ])('are separated by white space, and the first of them are taken: %j', async (parameter) => {
    const { source, calls } = await openAws({ parameter });
    expect(await cachedConnectionStrings(source, 3).read()).toEqual([first, second, third]);
    expect(calls).toHaveLength(1);
  });

  test('stand in a secret as well', async () => {
    const aws = await openAws();
    aws.secrets.set('shop/database-url', JSON.stringify({ DATABASE_URL: `${first} ${second}` }));
    const source = { from: 'secret', name: 'shop/database-url', access: aws.access } as const;
    expect(await cachedConnectionStrings(source, 2).read()).toEqual([first, second]);
  });

  test('are all there, or the place is told that has too few', async () => {
    const { source } = await openAws({ parameter: `${first} ${second}` });
    await expect(cachedConnectionStrings(source, 3).read()).rejects.toThrow(
      /^Cannot read the connection string from the SSM parameter "\/shop\/database-url": it holds 2 of the 3 URLs that MILLRACE_DATABASES says$/,
    );
  });

  test('serve on while there are too few', async () => {
    const clock = moveClock();
    const { source, parameters } = await openAws({ parameter: `${first} ${second}` });
    const { read } = cachedConnectionStrings(source, 2);
    await read();
    parameters.set(parameterName, second);
    clock.forward(301_000);
    expect(await read()).toEqual([first, second]);
  });

  test('are taken as one where no URL follows the white space', async () => {
    const spaced = 'postgresql://u:p w@host/db';
    const { source } = await openAws({ parameter: spaced });
    expect(await onlyString(source).read()).toBe(spaced);
  });
});

describe('what is no connection string', () => {
  test.each(['mysql://u:secret-word@host/db', 'host=x password=secret-word', 'secret-word', ''])(
    'is told of by its place, and not repeated: "%s"',
    async (parameter) => {
      const { source } = await openAws({ parameter });
      const failure = await onlyString(source).read().catch(String);
      expect(failure).toBe(
        'ConnectionStringUnavailable: Cannot read the connection string from the SSM parameter "/shop/database-url": it is no URL such as postgresql://user:password@host/database',
      );
    },
  );

  test('in a variable is told of in the same way', async () => {
    const { read } = onlyString({ from: 'environment', url: 'oops' });
    await expect(read()).rejects.toThrow(
      'Cannot read the connection string from the variable MILLRACE_DATABASE_URL: it is no URL',
    );
  });

  test('is not what a shell has added at its end', async () => {
    const { source } = await openAws({ parameter: `${url}\n` });
    expect(await onlyString(source).read()).toBe(url);
  });
});

describe('a secret of Secrets Manager', () => {
  async function readSecret(text: string | undefined) {
    const aws = await openAws();
    if (text !== undefined) aws.secrets.set('shop/database-url', text);
    const { access, calls } = aws;
    const source = { from: 'secret', name: 'shop/database-url', access } as const;
    return { read: onlyString(source).read(), calls };
  }

  test('is asked for by its name, with a signature', async () => {
    const { read, calls } = await readSecret(url);
    expect(await read).toBe(url);
    expect(calls).toMatchObject([
      { service: 'secretsmanager', headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' } },
    ]);
  });

  test.each([
    [`${url}\n`, url],
    [JSON.stringify({ DATABASE_URL: url, other: 'x' }), url],
    [
      JSON.stringify({
        engine: 'postgres',
        host: 'host',
        port: 6543,
        username: 'shop@x',
        password: 'p:/@ ',
        dbname: 'db',
      }),
      'postgresql://shop%40x:p%3A%2F%40%20@host:6543/db',
    ],
    [
      JSON.stringify({ host: 'host', username: 'u', password: 'p', dbname: 'db' }),
      'postgresql://u:p@host:5432/db',
    ],
  ])('may hold %s', async (text, expected) => {
    expect(await (await readSecret(text)).read).toBe(expected);
  });

  test.each([
    '{}',
    '{"password":"secret-word"}',
    '{broken',
    '["secret-word"]',
    'null',
    'secret-word',
  ])('that holds anything else is told of without repeating it: %s', async (text) => {
    const failure = await (await readSecret(text)).read.catch(String);
    expect(failure).toContain(
      'from the secret "shop/database-url": it holds neither a URL such as',
    );
    expect(failure).not.toContain('secret-word');
  });

  test('that does not exist is told of', async () => {
    await expect((await readSecret(undefined)).read).rejects.toThrow(
      'Cannot read the connection string from the secret "shop/database-url": ResourceNotFoundException',
    );
  });
});

describe('the direct host', () => {
  test.each([
    [
      'postgresql://u:p@ep-cool-pooler.eu.aws.neon.tech/db?sslmode=require',
      'postgresql://u:p@ep-cool.eu.aws.neon.tech/db?sslmode=require',
    ],
    ['postgresql://u:p%40-pooler.x@ep-cool.eu.aws.neon.tech/db', undefined],
    ['postgresql://u:p@127.0.0.1:5432/db-pooler', undefined],
    ['postgres://u:p@my-pooler-host.example/db', undefined],
  ])('of %s', (url, direct) => {
    expect(withoutPooler(url)).toBe(direct ?? url);
  });

  test('is not looked for in what is no URL, and the text is not repeated', () => {
    expect(() => withoutPooler('host=x password=secret')).toThrow(/^((?!secret).)*$/);
  });
});
