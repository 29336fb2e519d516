// The http function's bundle in a process of its own, on events as API Gateway sends them.
import { beforeAll, describe, expect, test } from 'vitest';
import { sharedAssembly } from '#test/support/infra/cloud-assembly.ts';
import { type Cloud, openCloud } from '#test/support/runtime/cloud.ts';
import { iamContext, jwtContext } from '#test/support/runtime/gateway-request.ts';
import { answerOf, bearer, call, order, orderOf } from '#test/support/runtime/orders.ts';
import type { Sandbox } from '#test/support/runtime/sandbox.ts';

let cloud: Cloud;
let http: Sandbox;
let key: { authorization: string };
beforeAll(async () => {
  cloud = await openCloud({ assembly: await sharedAssembly() });
  answerOf(await (await cloud.sandbox('migrate')).invoke({}));
  http = await cloud.sandbox('http');
  key = await bearer(cloud);
});

const post = (request: object) => call(http, { method: 'POST', path: '/v1/messages', ...request });
const payloadOf = async (id: string) => {
  const [row] = await cloud.database.query('select payload from millrace.message where id = $1', [
    id,
  ]);
  return row?.['payload'];
};

test('takes a body that the gateway sends in base64, with every sign in it', async () => {
  const placed = orderOf('B-1 Žluťoučký 📚');
  const body = Buffer.from(JSON.stringify(placed)).toString('base64');
  const answer = await post({ headers: key, body, isBase64Encoded: true });
  expect(answer.status).toBe(202);
  expect(await payloadOf(answer.body.id)).toEqual(placed.payload);
});

test('takes headers that were sent twice, and cookies beside them', async () => {
  const headers = {
    ...key,
    accept: 'application/json,text/plain',
    'x-forwarded-for': '198.51.100.7, 192.0.2.17',
  };
  const cookies = ['session=abc; Path=/', 'theme=dark'];
  expect(await post({ headers, cookies, body: order('B-2') })).toMatchObject({ status: 202 });
  // Two keys for idempotency are one that nobody has meant.
  const twice = { ...key, 'idempotency-key': 'one,two' };
  const first = await post({ headers: twice, body: order('B-3') });
  const second = await post({ headers: twice, body: order('B-3') });
  // A token is as long-lived as its own answer.
  const statusToken = expect.stringMatching(/^mst_1/);
  expect([first.status, second.body]).toEqual([
    202,
    { ...first.body, duplicate: true, statusToken },
  ]);
});

test('answers what is asked without a body, and what is none', async () => {
  const health = await call(http, { method: 'GET', path: '/v1/health' });
  expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await post({ headers: key })).toMatchObject({ status: 400 });
  expect(await post({ headers: key, body: '{' })).toMatchObject({ status: 400 });
});

describe('callers whom the gateway vouches for:', () => {
  test('a JWT, with the scopes of its claims', async () => {
    const may = jwtContext({ sub: 'u-1', scope: 'openid millrace/enqueue:order.*' });
    expect(await post({ authorizer: may, body: order('B-4') })).toMatchObject({ status: 202 });
    const mayNot = jwtContext({ sub: 'u-1', scope: 'openid' });
    expect(await post({ authorizer: mayNot, body: order('B-5') })).toMatchObject({ status: 403 });
  });

  test('an identity of AWS, with the scopes of the deployment', async () => {
    const iam = await cloud.sandbox('http', {
      environment: { MILLRACE_IAM_SCOPES: 'enqueue:order.placed' },
    });
    const request = { method: 'POST', path: '/v1/messages', authorizer: iamContext };
    expect(await call(iam, { ...request, body: order('B-6') })).toMatchObject({ status: 202 });
    const other = JSON.stringify({ type: 'payment.captured', payload: {} });
    expect(await call(iam, { ...request, body: other })).toMatchObject({ status: 403 });
  });

  test('and nobody else', async () => {
    expect(await post({ body: order('B-7') })).toMatchObject({ status: 401 });
  });
});

test('is given the memory and the time of the template', async () => {
  const { properties } = (await sharedAssembly()).functionAt('MillraceHttpHandler');
  expect(properties).toMatchObject({ Handler: 'index.handler', MemorySize: 512, Timeout: 29 });
  expect(await http.memoryBytes()).toBeLessThan(properties.MemorySize * 1024 * 1024);
});
