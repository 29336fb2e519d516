// A database for one system and one measurement: a clone of the system's freshly installed schema.
import { setTimeout as pause } from 'node:timers/promises';
import { Client as Connection } from 'pg';
import { type Child, startChild } from './child.ts';
import type { Server } from './server.ts';
import type { Addresses, Shape, System } from './system.ts';

export interface Workspace {
  readonly system: System;
  readonly shape: Shape;
  readonly database: string;
  readonly addresses: Addresses;
  /** One statement on a connection of its own, which is closed again. */
  run(text: string, parameters?: readonly unknown[]): Promise<unknown[]>;
  drop(): Promise<void>;
}

export interface Place {
  readonly server: Server;
  readonly endpoint: Child;
}

export const oneQueue: Shape = { queues: 1, grouped: false };

/** Several of one system may be there at once. */
let made = 0;

export async function newWorkspace(
  place: Place,
  system: System,
  shape: Shape = oneQueue,
): Promise<Workspace> {
  const { server } = place;
  const template = await installed(place, system, shape);
  made += 1;
  const database = `${template}_run_${made}`;
  await server.admin.query(`create database ${database} template ${template}`);
  return {
    system,
    shape,
    database,
    addresses: addressesOf(place, database),
    run: (text, parameters) => runOnce(server.urlOf(database), text, parameters),
    async drop() {
      await server.admin.query(`drop database ${database} with (force)`);
    },
  };
}

/** The name of a database that holds nothing but the system's schema. */
async function installed(place: Place, system: System, shape: Shape): Promise<string> {
  const { admin } = place.server;
  const name = `${system.name.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()}_${shape.queues}${shape.grouped ? 'g' : ''}`;
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
  if (rowCount) return name;
  await admin.query(`create database ${name}`);
  await system.install(addressesOf(place, name), shape);
  await disconnect(place.server, name);
  return name;
}

const addressesOf = ({ server, endpoint }: Place, database: string): Addresses => ({
  postgres: server.urlOf(database),
  neon: withPort(server.urlOf(database), endpoint.port),
});

export function withPort(url: string, port: number): string {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
}

async function runOnce(url: string, text: string, parameters: readonly unknown[] = []) {
  const connection = new Connection(url);
  await connection.connect();
  try {
    return (await connection.query(text, [...parameters])).rows;
  } finally {
    await connection.end();
  }
}

/** The application name of connections that are part of the scene, such as one that holds a snapshot. */
export const bystander = 'bystander';

/**
 * Waits until what was closed is gone, so that its statistics are written, and then ends the rest: connections that
 * the endpoint keeps for a while.
 */
export async function disconnect({ admin }: Server, database: string): Promise<void> {
  const others = 'from pg_stat_activity where datname = $1 and application_name <> $2';
  const parameters = [database, bystander];
  const giveUpAt = performance.now() + goodbyeMs;
  for (;;) {
    const { rowCount } = await admin.query(`select ${others}`, parameters);
    if (!rowCount) return;
    if (performance.now() > giveUpAt) break;
    await pause(5);
  }
  await admin.query(`select pg_terminate_backend(pid, 10000) ${others}`, parameters);
}

// An ended pool says so before its connections are closed, and would not survive their being cut.
const goodbyeMs = 300;

export interface Distance {
  readonly addresses: Addresses;
  stop(): Promise<void>;
}

/** The same workspace seen over a network with that round trip. */
export async function atDistance(
  place: Place,
  { addresses }: Workspace,
  roundTripMs: number,
): Promise<Distance> {
  const proxies = await Promise.all(
    [place.server.port, place.endpoint.port].map((port) =>
      startChild('delay-proxy-process.ts', String(port), String(roundTripMs)),
    ),
  );
  const [postgres, neon] = proxies;
  if (!postgres || !neon) throw new Error('two proxies were started');
  return {
    addresses: {
      postgres: withPort(addresses.postgres, postgres.port),
      neon: withPort(addresses.neon, neon.port),
    },
    async stop() {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    },
  };
}
