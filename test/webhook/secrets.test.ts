// Where secrets are found, how often they are read, and what becomes of messages without them.
import { randomBytes } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { openAws, type TestAws } from '#test/support/functions/aws.ts';
import { moveClock } from '#test/support/functions/clock.ts';
import { handleOne, openWebhook, testSecret } from '#test/support/webhook-queues.ts';
import { cachedSecrets } from '#webhook/secrets.ts';

const other = `whsec_${randomBytes(32).toString('base64')}`;

afterEach(() => void vi.unstubAllEnvs());

async function openCloud(): Promise<TestAws> {
  const aws = await openAws();
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  return aws;
}

test.each([`${testSecret} ${other}`, `\n${testSecret}\n\t${other}\r\n`])(
  'are read from the variable itself, separated by white space: %j',
  async (text) => {
    vi.stubEnv('CRM_SECRETS', text);
    expect(await cachedSecrets('CRM_SECRETS')()).toEqual([testSecret, other]);
  },
);

test('are read from a SecureString that a variable names, once in five minutes', async () => {
  const clock = moveClock();
  const aws = await openCloud();
  vi.stubEnv('CRM_SECRETS_PARAMETER', '/shop/crm');
  aws.parameters.set('/shop/crm', testSecret);
  const read = cachedSecrets('CRM_SECRETS');
  expect(await Promise.all([read(), read()])).toEqual([[testSecret], [testSecret]]);
  expect(aws.calls).toHaveLength(1);
  aws.parameters.set('/shop/crm', `${other} ${testSecret}`);
  clock.forward(299_000);
  expect(await read()).toEqual([testSecret]);
  clock.forward(2_000);
  expect(await read()).toEqual([other, testSecret]);
});

test('are read from a secret that a variable names, and serve on while it cannot be read', async () => {
  const clock = moveClock();
  const aws = await openCloud();
  vi.stubEnv('CRM_SECRETS_SECRET', 'shop/crm');
  aws.secrets.set('shop/crm', testSecret);
  const read = cachedSecrets('CRM_SECRETS');
  expect(await read()).toEqual([testSecret]);
  aws.trouble = { status: 400, type: 'AccessDeniedException' };
  clock.forward(301_000);
  expect(await read()).toEqual([testSecret]);
  expect(await read()).toEqual([testSecret]);
  expect(aws.calls).toHaveLength(2);
});

test.each([
  ['no place', {}, '0 of these variables are set'],
  ['two places', { CRM_SECRETS: testSecret, CRM_SECRETS_SECRET: 'x' }, '2 of these'],
  ['what AWS refuses', { CRM_SECRETS_PARAMETER: '/other' }, 'ParameterNotFound'],
])('%s is an error that tells no secret, and may be mended', async (_, variables, reason) => {
  await openCloud();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const read = cachedSecrets('CRM_SECRETS');
  await expect(read()).rejects.toThrow(reason);
  await expect(read()).rejects.not.toThrow(testSecret);
  for (const name of Object.keys(variables)) vi.stubEnv(name, '');
  vi.stubEnv('CRM_SECRETS', testSecret);
  expect(await read()).toEqual([testSecret]);
});

test('a message without them is tried again, and nothing is sent', async () => {
  const opened = await openWebhook((response) => response.end(), {
    webhook: { secrets: 'NOBODY_HAS_SET_THIS' },
  });
  const { attempt, error } = await handleOne(opened);
  expect([attempt?.outcome, error?.name]).toEqual(['retry', 'SecretsUnavailable']);
  expect(opened.target.received).toEqual([]);
});

test('a function says them for each message', async () => {
  const secrets = vi.fn(async () => [testSecret, other]);
  const opened = await openWebhook((response) => response.end(), { webhook: { secrets } });
  await handleOne(opened);
  expect(opened.target.received[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  expect(secrets).toHaveBeenCalledWith(
    expect.objectContaining({ payload: { n: 1 } }),
    expect.objectContaining({ queue: 'hooks' }),
  );
});
