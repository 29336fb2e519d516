import { expect, test, vi } from 'vitest';
import { createApiKeyCache } from '#functions/http/caller/api-key-cache.ts';
import { moveClock } from '#test/support/functions/clock.ts';

const shop = { name: 'shop', scopes: ['read'] };
const network = '192.0.2.1';

function setup() {
  const find = vi.fn(async (): Promise<typeof shop | undefined> => shop);
  const cached = createApiKeyCache();
  const ask = (secret: string, from = network) => cached({ secret, network: from }, find);
  /** As many unknown keys as an address may try. */
  const spend = async (from = network) => {
    find.mockResolvedValue(undefined);
    for (let guess = 0; guess < 20; guess += 1) await ask(`guess ${guess} from ${from}`, from);
  };
  return { find, ask, spend, forward: moveClock().forward };
}

test('looks a key up every five seconds, by its hash', async () => {
  const { ask, find, forward } = setup();
  expect(await ask('secret')).toBe(shop);
  forward(4_900);
  expect(await ask('secret')).toBe(shop);
  expect(find).toHaveBeenCalledExactlyOnceWith(
    '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
  );
  forward(200);
  await ask('secret');
  expect(find).toHaveBeenCalledTimes(2);
});

test('refuses a key that was taken away after five seconds', async () => {
  const { ask, find, forward } = setup();
  await ask('secret');
  forward(5_000);
  find.mockResolvedValue(undefined);
  expect(await ask('secret')).toBe('unknown');
});

test('remembers for five seconds that a key is unknown', async () => {
  const { ask, find, forward } = setup();
  find.mockResolvedValueOnce(undefined);
  expect(await ask('new')).toBe('unknown');
  forward(4_000);
  expect(await ask('new')).toBe('unknown');
  forward(2_000);
  expect(await ask('new')).toBe(shop);
});

test('looks no more than twenty unknown keys of one network up in five seconds', async () => {
  const { ask, find, forward, spend } = setup();
  await spend();
  expect(await ask('guess 20')).toBe('too-many-unknown');
  expect(find).toHaveBeenCalledTimes(20);
  // What is known to be unknown needs no look-up.
  expect(await ask(`guess 1 from ${network}`)).toBe('unknown');
  forward(5_100);
  expect(await ask('guess 20')).toBe('unknown');
});

test('lets every network try its own, and who was known a moment ago pass', async () => {
  const { ask, find, forward, spend } = setup();
  await ask('secret');
  forward(5_100);
  await spend();
  find.mockResolvedValue(shop);
  expect(await ask('other')).toBe('too-many-unknown');
  expect(await ask('other', '192.0.2.2')).toBe(shop);
  expect(await ask('secret')).toBe(shop);
});

test('has no budget that many networks could use up together', async () => {
  const { ask, find } = setup();
  find.mockResolvedValue(undefined);
  for (let number = 0; number < 12_000; number += 1) await ask(`guess ${number}`, `of ${number}`);
  find.mockResolvedValue(shop);
  expect(await ask('secret', 'of the caller')).toBe(shop);
});

test('does not remember a look-up that failed', async () => {
  const { ask, find } = setup();
  find.mockRejectedValueOnce(new Error('away'));
  await expect(ask('secret')).rejects.toThrow('away');
  expect(await ask('secret')).toBe(shop);
});
