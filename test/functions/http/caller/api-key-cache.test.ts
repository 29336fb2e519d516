import { expect, test, vi } from 'vitest';
import { createApiKeyCache } from '#functions/http/caller/api-key-cache.ts';
import { moveClock } from '#test/support/functions/clock.ts';

const shop = { name: 'shop', scopes: ['read'] };

function setup() {
  const find = vi.fn(async (): Promise<typeof shop | undefined> => shop);
  return { find, cached: createApiKeyCache(), forward: moveClock().forward };
}

test('looks a key up once a minute, by its hash', async () => {
  const { cached, find, forward } = setup();
  expect(await cached('secret', find)).toBe(shop);
  forward(59_000);
  expect(await cached('secret', find)).toBe(shop);
  expect(find).toHaveBeenCalledExactlyOnceWith(
    '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
  );
  forward(2_000);
  await cached('secret', find);
  expect(find).toHaveBeenCalledTimes(2);
});

test('forgets a key that was taken away', async () => {
  const { cached, find, forward } = setup();
  await cached('secret', find);
  forward(61_000);
  find.mockResolvedValue(undefined);
  expect(await cached('secret', find)).toBe('unknown');
});

test('remembers for five seconds that a key is unknown', async () => {
  const { cached, find, forward } = setup();
  find.mockResolvedValueOnce(undefined);
  expect(await cached('new', find)).toBe('unknown');
  forward(4_000);
  expect(await cached('new', find)).toBe('unknown');
  forward(2_000);
  expect(await cached('new', find)).toBe(shop);
});

test('looks no more than a hundred unknown keys up in five seconds', async () => {
  const { cached, find, forward } = setup();
  find.mockResolvedValue(undefined);
  for (let guess = 0; guess < 150; guess += 1) await cached(`guess ${guess}`, find);
  expect(find).toHaveBeenCalledTimes(100);
  expect(await cached('guess 150', find)).toBe('too-many-unknown');
  expect(await cached('guess 1', find)).toBe('unknown');
  forward(5_100);
  expect(await cached('guess 150', find)).toBe('unknown');
});

test('does not remember a look-up that failed', async () => {
  const { cached, find } = setup();
  find.mockRejectedValueOnce(new Error('away'));
  await expect(cached('secret', find)).rejects.toThrow('away');
  expect(await cached('secret', find)).toBe(shop);
});
