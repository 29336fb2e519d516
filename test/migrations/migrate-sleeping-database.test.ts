import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { startNeonEndpoint } from '#local/neon/neon-endpoint.ts';
import { createDatabase } from '#test/support/database.ts';
import { copyCheckout } from '#test/support/migrations/checkout.ts';

/** A server that cuts the first connections when they ask for something, and hands the later ones on. */
async function sleepyServer(targetPort: number, cuts: number) {
  let connectionCount = 0;
  const server = createServer((socket) => {
    connectionCount += 1;
    socket.on('error', () => {});
    if (connectionCount <= cuts) return void socket.once('data', () => socket.destroy());
    const target = connect(targetPort, '127.0.0.1');
    target.on('error', () => socket.destroy());
    socket.on('close', () => target.destroy());
    socket.pipe(target).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, connections: () => connectionCount };
}

async function setup() {
  const db = await createDatabase();
  const checkout = await copyCheckout();
  await checkout.write('tables/9001_awake.sql', 'create table millrace.awake (id int)');
  const urlAt = (port: number) => {
    const url = new URL(db.url);
    url.port = String(port);
    return url.href;
  };
  return { checkout, urlAt };
}

test('waits for an endpoint that does not answer yet', async () => {
  const { checkout, urlAt } = await setup();
  const server = await sleepyServer(inject('endpointPort'), 3);
  const { applied } = await checkout.migrate(urlAt(server.port), { wakeMs: 20_000 });
  expect(applied).toEqual(['migrations/tables/9001_awake.sql']);
  expect(server.connections()).toBe(4);
});

test('waits for a Postgres behind the endpoint that takes no connections yet', async () => {
  const { checkout, urlAt } = await setup();
  const server = await sleepyServer(Number(new URL(inject('postgresUrl')).port), 3);
  const endpoint = await startNeonEndpoint({ postgresPort: server.port });
  onTestFinished(() => endpoint.stop());
  const { applied } = await checkout.migrate(urlAt(endpoint.port), { wakeMs: 20_000 });
  expect(applied).toEqual(['migrations/tables/9001_awake.sql']);
  expect(server.connections()).toBe(4);
});

test('gives up with the reason when its time is spent', async () => {
  const { checkout, urlAt } = await setup();
  const url = urlAt(await freePort());
  const startedAt = performance.now();
  await expect(checkout.migrate(url, { wakeMs: 700 })).rejects.toThrow(
    /WebSocket connection failed/,
  );
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('does not wait for a database that does not exist, nor with a wrong password', async () => {
  const { checkout, urlAt } = await setup();
  const url = new URL(urlAt(inject('endpointPort')));
  const unknown = new URL('/nobody', url);
  unknown.username = url.username;
  unknown.password = url.password;
  const wakeMs = 60_000;
  await expect(checkout.migrate(unknown.href, { wakeMs })).rejects.toMatchObject({ code: '3D000' });
  url.password = 'wrong';
  await expect(checkout.migrate(url.href, { wakeMs })).rejects.toThrow(/password/);
});

test('never repeats the password of the connection string in what it says', async () => {
  const { checkout } = await setup();
  for (const url of [
    'postgresql://user:hunter2@127.0.0.1:1/db',
    'mysql://user:hunter2@host/db',
    'postgresql://user:hunter2@',
  ]) {
    const error = await checkout.migrate(url, { wakeMs: 50 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('hunter2');
  }
});
