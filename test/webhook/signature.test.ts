import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyOf, signedHeaders } from '#webhook/signature.ts';

// The example of Standard Webhooks' own libraries.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const example = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
};
const expected = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const other = `whsec_${randomBytes(32).toString('base64')}`;

test('signs as the libraries of Standard Webhooks verify', () => {
  expect(signedHeaders([secret], example)).toEqual({
    'webhook-id': example.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': expected,
  });
});

test('signs by every secret, so that a target may know the new one or the old one', () => {
  const signatures = signedHeaders([other, secret], example)['webhook-signature'].split(' ');
  expect(signatures).toHaveLength(2);
  expect(signatures[1]).toBe(expected);
  expect(signatures[0]).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
});

test('takes a secret without its prefix, and of 24 to 64 bytes', () => {
  expect(keyOf(secret.slice(6))).toEqual(keyOf(secret));
  for (const bytes of [24, 64])
    expect(keyOf(randomBytes(bytes).toString('base64'))).toHaveLength(bytes);
});

test.each([
  ['', 'nothing'],
  ['whsec_', 'nothing behind the prefix'],
  [`whsec_${randomBytes(23).toString('base64')}`, 'too short'],
  [`whsec_${randomBytes(65).toString('base64')}`, 'too long'],
  ['whsec_not base64, but longer than 24 bytes in all', 'no base64'],
  [`whsk_${randomBytes(32).toString('base64')}`, 'a key of another kind'],
  ['undefined', 'what a column without a value becomes'],
])('refuses %j: %s', (unfit) => {
  for (const secrets of [[unfit], [secret, unfit]]) {
    const sign = () => signedHeaders(secrets, example);
    expect(sign).toThrow('24 to 64 bytes in base64; one of them is not');
    if (unfit.length > 6) expect(sign).not.toThrow(unfit);
  }
});

test('signs nothing without a secret', () => {
  expect(() => signedHeaders([], example)).toThrow('there is none');
});
