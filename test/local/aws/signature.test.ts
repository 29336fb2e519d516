// A library that others use signs here; what checks the signature shares no code with it.
import { AwsV4Signer } from 'aws4fetch';
import { expect, test } from 'vitest';
import { openAws } from '#test/support/functions/aws.ts';

interface Change {
  /** In the signer's options. */
  readonly signer?: object;
  /** After the signature. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly withoutSignature?: true;
}

/** Asks for a parameter, signed right but for the change. */
async function ask(change: Change) {
  const { access } = await openAws({ parameter: 'value' });
  const { endpoints, sessionToken = '', ...identity } = access;
  const signer = new AwsV4Signer({
    ...identity,
    sessionToken,
    service: 'ssm',
    url: `${endpoints.ssm}/`,
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParameter',
    },
    body: JSON.stringify({ Name: '/shop/database-url', WithDecryption: true }),
    ...change.signer,
  });
  const { url, headers, body, method } = await signer.sign();
  for (const [name, value] of Object.entries(change.headers ?? {})) headers.set(name, value);
  if (change.withoutSignature) headers.delete('authorization');
  const answer = await fetch(url, { method, headers, body: change.body ?? body ?? null });
  return { status: answer.status, body: await answer.json() };
}

const at = (time: Date) => time.toISOString().replace(/[:-]|\.\d{3}/g, '');
const minutes = (count: number) => at(new Date(Date.now() + count * 60_000));

test('takes what is signed by the right secret', async () => {
  expect(await ask({})).toMatchObject({ status: 200, body: { Parameter: { Value: 'value' } } });
});

test.each<[string, Change, string]>([
  ['another secret', { signer: { secretAccessKey: 'wrong' } }, 'InvalidSignatureException'],
  [
    'another body',
    { body: '{"Name":"/other","WithDecryption":true}' },
    'InvalidSignatureException',
  ],
  ['another header', { headers: { 'x-amz-target': 'b' } }, 'InvalidSignatureException'],
  ['an old date', { signer: { datetime: minutes(-6) } }, 'InvalidSignatureException'],
  ['a date to come', { signer: { datetime: minutes(6) } }, 'InvalidSignatureException'],
  ['no date', { signer: { datetime: 'today' } }, 'InvalidSignatureException'],
  ['a header that is not signed', { headers: { 'x-amz-other': 'a' } }, 'InvalidSignatureException'],
  ['an unknown key', { signer: { accessKeyId: 'AKIAOTHER' } }, 'UnrecognizedClientException'],
  ['an unknown token', { signer: { sessionToken: 'other' } }, 'UnrecognizedClientException'],
  ['no signature', { withoutSignature: true }, 'MissingAuthenticationTokenException'],
])('refuses %s', async (_name, change, type) => {
  expect(await ask(change)).toMatchObject({
    status: 400,
    body: { __type: `com.amazonaws#${type}` },
  });
});
