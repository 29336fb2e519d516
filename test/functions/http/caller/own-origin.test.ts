import { describe, expect, test } from 'vitest';
import { isOwnOrigin } from '#functions/http/caller/own-origin.ts';

const cloud = 'api.execute-api.eu-central-1.amazonaws.com';

test.each([
  [cloud, `https://${cloud}`],
  ['Queue.Shop.Example', 'https://queue.shop.example'],
  ['127.0.0.1:8787', 'http://127.0.0.1:8787'],
  ['localhost:8787', 'http://localhost:8787'],
  ['[::1]:8787', 'http://[::1]:8787'],
])('at %s the page of %s is its own', (host, origin) => {
  expect(isOwnOrigin(host, origin)).toBe(true);
});

describe('is not the own origin', () => {
  test.each([
    [cloud, `http://${cloud}`],
    [cloud, `https://${cloud}:8443`],
    [cloud, `https://${cloud}.`],
    [cloud, `https://${cloud}/`],
    [cloud, `https://x.${cloud}`],
    [cloud, `https://${cloud}.attacker.example`],
    [cloud, `https://${cloud}@attacker.example`],
    [cloud, `https://attacker.example, https://${cloud}`],
    [cloud, 'https://attacker.example'],
    [cloud, 'null'],
    [cloud, ''],
    ['127.0.0.1:8787', 'http://127.0.0.1:5173'],
    ['127.0.0.1:8787', 'http://127.0.0.1'],
    ['127.0.0.1:8787', 'https://127.0.0.1:8787'],
    ['127.0.0.1:8787', 'http://localhost:8787'],
    ['localhost.attacker.example', 'http://localhost.attacker.example'],
  ])('of %s: %s', (host, origin) => {
    expect(isOwnOrigin(host, origin)).toBe(false);
  });
});
