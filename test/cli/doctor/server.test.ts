// What the doctor says of what is between it and the database, and of two clocks that do not agree.
import { expect, onTestFinished, test, vi } from 'vitest';
import { examine } from '#cli/doctor/examine.ts';
import { serverChecks } from '#cli/doctor/server.ts';
import { openConnection } from '#cli/reach/connection.ts';
import { createDatabase } from '#test/support/database.ts';

async function said(check: string, urlOf = (url: URL) => url) {
  const { directUrl } = await createDatabase();
  const connection = await openConnection(directUrl);
  onTestFinished(() => connection.close());
  const url = urlOf(new URL(directUrl)).href;
  const checks = serverChecks(connection, url).filter(({ name }) => name === check);
  const [finding] = await examine(checks);
  return `${finding?.level} ${finding?.says}`;
}

const pooled = /^ok there is one, and it may be in transaction mode: .* migrate needs/;

test.each([
  ['its own', (url: URL) => url, /^ok none that shows: a connection of its own$/],
  ['a pooler by its name', (url: URL) => Object.assign(url, { hostname: 'x-pooler.io' }), pooled],
  ['a pooler by its port', (url: URL) => Object.assign(url, { port: '6432' }), pooled],
  ['another by its port', (url: URL) => Object.assign(url, { port: '6543' }), pooled],
])('tells %s', async (_, urlOf, expected) => {
  expect(await said('pooler', urlOf)).toMatch(expected);
});

test.each([
  [0, /^ok the database's and this machine's are 0(\.\d)? s apart$/],
  [3_600_000, /^warn the database's clock is (3600|359\d\.\d) s behind this machine's$/],
  [-3_600_000, /^warn the database's clock is (3600(\.\d)?|360\d\.\d) s ahead of this machine's$/],
])('tells of this machine’s clock when it is %i ms off', async (offMs, expected) => {
  const { now } = Date;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + offMs);
  onTestFinished(() => void clock.mockRestore());
  expect(await said('clock')).toMatch(expected);
});
