// Two witnesses that share no code with what signs: AWS's own example, and a library that others use.
import { AwsV4Signer } from 'aws4fetch';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { signedHeaders } from '#functions/aws/signed-headers.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2015-08-30T12:36:00Z'), toFake: ['Date'] });
});
afterEach(() => void vi.useRealTimers());

const access = {
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
};

test("signs as in AWS's test suite for Signature Version 4, get-vanilla", async () => {
  const { authorization } = await signedHeaders(access, {
    // The suite's service has no other name.
    service: 'service' as never,
    method: 'GET',
    url: new URL('https://example.amazonaws.com/'),
    headers: {},
    body: '',
  });
  expect(authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
      'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  );
});

test.each([
  ['ssm', 'POST', 'https://ssm.us-east-1.amazonaws.com/', '{"Name":"/shop/url"}', 'a/token+='],
  ['scheduler', 'POST', 'http://127.0.0.1:8080/schedules/wake-1.2_3', '{"a":"ü"}', undefined],
  [
    'lambda',
    'POST',
    'https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax%3A1%3Afunction%3Aa/invocations',
    '{}',
    'token',
  ],
  [
    'lambda',
    'GET',
    'https://lambda.eu.aws.com/functions/f/versions?Marker=a%2Bb%3D%26c!',
    '',
    undefined,
  ],
] as const)(
  'signs as aws4fetch does: %s, %s %s',
  async (service, method, url, body, sessionToken) => {
    const headers = { 'x-amz-target': 'AmazonSSM.GetParameter' };
    const ours = await signedHeaders(
      { ...access, sessionToken },
      { service, method, url: new URL(url), headers, body },
    );
    const library = new AwsV4Signer({
      ...access,
      sessionToken: sessionToken ?? '',
      service,
      method,
      url,
      headers,
      body,
    });
    const theirs = await library.sign();
    expect(ours['authorization']).toBe(theirs.headers.get('authorization'));
    expect(ours['x-amz-date']).toBe('20150830T123600Z');
  },
);
