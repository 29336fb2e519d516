// Where messages may go, and that nobody is asked twice where that is.
import { describe, expect, test, vi } from 'vitest';
import { openTarget } from '#test/support/misbehaving-target.ts';
import { post } from '#webhook/post.ts';
import { type Address, findTarget } from '#webhook/target.ts';

const rules = { allowed: new Set<string>(), ports: [443] };
const open: Address = { address: '203.0.114.7', family: 4 };
const at = (...addresses: Address[]) => vi.fn(async () => addresses);

describe('a target', () => {
  test.each([
    ['https://crm.example/hooks'],
    ['https://crm.example:443/hooks?token=a#b'],
    ['https://CRM.example./'],
  ])('may be %s', async (url) => {
    const target = await findTarget(url, rules, at(open));
    expect(target).toEqual({ url: new URL(url), addresses: [open] });
  });

  test.each([
    ['hooks', 'it is no URL'],
    [undefined, 'it is no URL'],
    ['http://crm.example/hooks', 'its URL is http: and not https:'],
    ['file:///etc/passwd', 'its URL is file: and not https:'],
    ['gopher://crm.example/', 'its URL is gopher: and not https:'],
    ['https://crm.example:8443/', 'its port is 8443, and ports has 443'],
    ['https://user@crm.example/', 'its URL has a user or a password'],
    ['https://:secret@crm.example/', 'its URL has a user or a password'],
  ])('may not be %s', async (url, reason) => {
    const lookUp = at(open);
    await expect(findTarget(url, rules, lookUp)).rejects.toThrow(reason);
    expect(lookUp).not.toHaveBeenCalled();
  });

  test('may have a port that is among those that are given', async () => {
    const ports = [443, 8443];
    await findTarget('https://crm.example:8443/', { ...rules, ports }, at(open));
  });

  // Written in ways in which resolvers, but no comparison of texts, know the machine itself.
  test.each([
    ...['https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/'],
    ...['https://127.1/', 'https://0/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/'],
    ...['https://[::ffff:a9fe:a9fe]/', 'https://169.254.169.254/', 'https://localhost/'],
    ...['https://１２７.０.０.１/', 'https://①27.0.0.1/'],
  ])('may not be this machine as %s', async (url) => {
    await expect(findTarget(url, rules)).rejects.toMatchObject({
      name: 'TargetRefused',
      message: expect.stringContaining('it is not on the public internet'),
    });
  });

  test('may have no address that is not public, also among others', async () => {
    const lookUp = at(open, { address: '10.0.0.5', family: 4 });
    const refused = findTarget('https://crm.example/secret-path', rules, lookUp);
    await expect(refused).rejects.toThrow('it is not on the public internet');
    const error: Error = await refused.catch((thrown) => thrown);
    expect(error.message).not.toMatch(/10\.0\.0\.5|secret-path/);
  });

  test('may be anything whose origin is allowed, and nothing beside it', async () => {
    const allowed = new Set(['http://127.0.0.1:4000']);
    await findTarget('http://127.0.0.1:4000/hooks', { ...rules, allowed });
    for (const url of [
      'http://127.0.0.1:4001/',
      'https://127.0.0.1:4000/',
      'http://127.0.0.2:4000/',
    ])
      await expect(findTarget(url, { ...rules, allowed })).rejects.toThrow();
  });

  test('whose name is not found may be found later', async () => {
    const lookUp = () => Promise.reject(Object.assign(new Error('no'), { code: 'EAI_AGAIN' }));
    for (const failing of [lookUp, at()])
      await expect(findTarget('https://crm.example/', rules, failing)).rejects.toMatchObject({
        name: 'WebhookUnanswered',
        code: 'ENOTFOUND',
      });
  });
});

describe('a request', () => {
  test('goes to an address that was checked, whatever its name leads to by then', async () => {
    const server = await openTarget((response) => response.end('here'));
    const url = new URL(server.origin);
    // Of this name nobody knows an address: a second question would fail.
    url.hostname = 'rebinding.invalid';
    const addresses = [{ address: '127.0.0.1', family: 4 }];
    const sent = { headers: {}, body: '{}', signal: new AbortController().signal };
    const posted = await post({ url, addresses }, sent);
    expect(posted).toMatchObject({ status: 200, isWhole: true });
    expect(server.received[0]?.headers['host']).toBe(url.host);
  });

  test('asks for the addresses of a name once', async () => {
    const answers = [[open], [{ address: '127.0.0.1', family: 4 }]];
    const lookUp = vi.fn(async () => answers.shift() ?? []);
    const target = await findTarget('https://crm.example/', rules, lookUp);
    expect(target.addresses).toEqual([open]);
    expect(lookUp).toHaveBeenCalledTimes(1);
  });
});
