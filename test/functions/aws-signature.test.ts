import { expect, test } from 'vitest';
import { signedHeaders } from '#functions/aws-signature.ts';

const request = {
  url: new URL('https://ssm.eu-central-1.amazonaws.com'),
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonSSM.GetParameter',
  },
  body: '{"Name":"/shop/database-url","WithDecryption":true}',
  service: 'ssm',
};
const access = {
  region: 'eu-central-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session/token==',
  endpoint: undefined,
};
const now = new Date('2026-01-02T03:04:05.678Z');

// The expected signatures are those of the AWS SDK's own signer for the same request.
test('signs as the AWS SDK does', () => {
  expect(signedHeaders(request, access, now)).toEqual({
    ...request.headers,
    host: 'ssm.eu-central-1.amazonaws.com',
    'x-amz-date': '20260102T030405Z',
    'x-amz-security-token': 'session/token==',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-central-1/ssm/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=c9033a08493598e52a8cd3e814d7b260a2f75a8ec9b9c3a56d427f1cbc0a8266',
  });
});

test('signs without a session token', () => {
  const headers = signedHeaders(request, { ...access, sessionToken: undefined }, now);
  expect(headers).not.toHaveProperty('x-amz-security-token');
  const { authorization } = headers;
  expect(authorization).toContain(
    'SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=b1787ae9876176516e7014e644945af9c6ada927a4ebe9bc963a000ab0016778',
  );
});
