// What a server may suffer from for a while: how it begins, with which SQLSTATE the next call fails, and how it ends.
import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { waitUntil } from '#test/support/wait-until.ts';
import { fillDisk, noFullDisk } from './full-disk.ts';
import type { OwnServer } from './own-server.ts';

export interface Trouble {
  readonly code: string;
  /** How the message begins of what calls may fail with besides, where that has no code of its own. */
  readonly alsoSays?: string;
  /** How many calls fail by it before it ends; 1 unless told otherwise. */
  readonly failures?: number;
  /** Why it cannot be brought about on this system, if it cannot. */
  readonly impossible?: string | undefined;
  /** Brings it about; answers what ends it. */
  readonly begin: (server: OwnServer) => Promise<() => Promise<unknown>>;
}

/** Once it is back, every session but those of the test itself goes by the setting. */
async function setForAll(server: OwnServer, name: string, value: string) {
  const client = await server.connect();
  await client.query(`alter system set ${name} = '${value}'`);
  await client.query('select pg_reload_conf()');
  const inForce = 'select from pg_settings where name = $1 and reset_val <> boot_val';
  // The server reads its settings before its sessions do, and those that are opened from now on begin with them.
  await waitUntil(async () => (await client.query(inForce, [name])).rowCount === 1);
  await server.cutConnections(client);
  return async () => {
    await client.query(`alter system reset ${name}`);
    await client.query('select pg_reload_conf()');
    await client.end();
  };
}

/** Nobody can enqueue, claim or settle until it is unlocked. */
async function lockDeliveries(server: OwnServer) {
  const client = await server.connect();
  const lock =
    'begin; lock table millrace.delivery, millrace.parcel in share row exclusive mode nowait';
  // A call that is under way may have the one and want the other: whoever waited for both would be in a deadlock with it.
  await waitUntil(async () => {
    const isLocked = await client.query(lock).then(
      () => true,
      () => false,
    );
    if (!isLocked) await client.query('rollback');
    return isLocked;
  });
  return () => client.end();
}

/** Settles wait for a lock, for longer than the setting allows. */
async function waitWith(server: OwnServer, setting: string) {
  const unset = await setForAll(server, setting, '20ms');
  const unlock = await lockDeliveries(server);
  return () => Promise.all([unlock(), unset()]);
}

/** Does this to whatever waits for a lock, again and again. */
async function whileWaiting(server: OwnServer, action: string) {
  const unlock = await lockDeliveries(server);
  const client = await server.connect();
  let isOver = false;
  const acting = (async () => {
    while (!isOver)
      await client.query(
        `select ${action}(pid) from pg_stat_activity where wait_event_type = 'Lock'`,
      );
  })();
  return async () => {
    isOver = true;
    await acting;
    await Promise.all([unlock(), client.end()]);
  };
}

/** Opens connections until there are no more to be had. */
async function takeAll(server: OwnServer, taken: Client[]): Promise<void> {
  try {
    for (;;) taken.push(await server.connect());
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '53300')) throw error;
  }
}

async function exhaust(server: OwnServer) {
  const client = await server.connect();
  const taken = [client];
  // Whoever is cut may be back before its place is taken.
  while ((await server.cutConnections(client)) > 0) await takeAll(server, taken);
  await takeAll(server, taken);
  return () => Promise.all(taken.map((each) => each.end()));
}

async function refuseConnections(server: OwnServer) {
  const client = await server.connect('postgres');
  const allow = (isAllowed: boolean) =>
    client.query(`update pg_database set datallowconn = $1 where datname = 'queue'`, [isAllowed]);
  await allow(false);
  await server.cutConnections(client);
  return async () => {
    await allow(true);
    await client.end();
  };
}

/** The same data on a server that only follows another one, as a replica does until it is promoted. */
async function failOver(server: OwnServer) {
  await server.restart(async (folder) => {
    const cluster = join(folder, 'postgres');
    const { uid, gid } = await stat(cluster);
    const signal = join(cluster, 'standby.signal');
    await writeFile(signal, '');
    await chown(signal, uid, gid);
  });
  const client = await server.connect();
  return async () => {
    await client.query('select pg_promote()');
    await client.end();
  };
}

/** As a constraint of ours fails that no caller can help. */
async function breakRule(server: OwnServer) {
  const client = await server.connect();
  await client.query(
    'alter table millrace.done_attempts add constraint nothing_fits check (attempt < 0) not valid',
  );
  return async () => {
    await client.query('alter table millrace.done_attempts drop constraint nothing_fits');
    await client.end();
  };
}

export const troubles = {
  'is a replica until it is promoted': { code: '25006', begin: failOver },
  'takes no writes': {
    code: '25006',
    begin: (server) => setForAll(server, 'default_transaction_read_only', 'on'),
  },
  'ends statements after a time': {
    code: '57014',
    begin: (server) => waitWith(server, 'statement_timeout'),
  },
  'has somebody who cancels statements': {
    code: '57014',
    begin: (server) => whileWaiting(server, 'pg_cancel_backend'),
  },
  'has somebody who terminates connections': {
    code: '57P01',
    begin: (server) => whileWaiting(server, 'pg_terminate_backend'),
  },
  'ends waits for locks after a time': {
    code: '55P03',
    begin: (server) => waitWith(server, 'lock_timeout'),
  },
  'has no connections left': { code: '53300', begin: exhaust },
  'is taken over by another one': { code: '55000', begin: refuseConnections },
  'has a full disk': {
    code: '53100',
    // Whoever makes a file longer after somebody else's attempt, which may be nobody's call.
    alsoSays: 'unexpected data beyond EOF',
    impossible: noFullDisk,
    begin: fillDisk,
  },
  'refuses a row of an own table': { code: '23514', failures: 5, begin: breakRule },
} satisfies Record<string, Trouble>;
