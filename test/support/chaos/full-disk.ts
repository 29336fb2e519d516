// A disk that is full for messages and attempts. A small one would have to be mounted, which most processes may not; but
// Linux has a file to which every write fails as on a full disk.
import { existsSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { suffix, weekStart } from '#test/support/sql/weeks.ts';
import type { OwnServer } from './own-server.ts';

const fullFile = '/dev/full';

/** Why no disk can be full here; undefined where one can. */
export const noFullDisk = existsSync(fullFile) ? undefined : `this system has no ${fullFile}`;

/** From now on nothing can be added to this week's messages and attempts. The messages that are there stay readable. */
export async function fillDisk(server: OwnServer): Promise<() => Promise<void>> {
  const client = await server.connect();
  const mendings = [
    // Attempts are of messages that are there already, and nobody reads those of before meanwhile.
    await divertWeek(server, client, { table: 'done_attempts', from: weekStart(0) }),
    await divertWeek(server, client, { table: 'attempt', from: weekStart(0) }),
    await divertWeek(server, client, { table: 'message', from: new Date() }),
  ];
  await server.cutConnections(client);
  return async () => {
    for (const mending of mendings) await client.query(mending);
    await client.end();
  };
}

interface Diversion {
  readonly table: 'message' | 'attempt' | 'done_attempts';
  /** Ids that are minted from this instant on lie in the partition that cannot grow. */
  readonly from: Date;
}

/** Puts a partition in the place of this week's, or of its rest, whose file takes nothing; answers the SQL that undoes it. */
async function divertWeek(server: OwnServer, client: Client, { table, from }: Diversion) {
  const week = `millrace.${table}_${suffix(0)}`;
  const full = `millrace.${table}_full`;
  const lock = `lock table millrace.${table} in access exclusive mode;`;
  const detach = `alter table millrace.${table} detach partition ${week};`;
  const bounds = [weekStart(0), from, weekStart(1)];
  const { rows } = await client.query(
    'select millrace.uuid_floor(instant) as id from unnest($1::timestamptz[]) as instant',
    [bounds],
  );
  const [start, middle, end]: string[] = rows.map(({ id }) => id);
  const attach = (upTo: string | undefined) =>
    `alter table millrace.${table} attach partition ${week} for values from ('${start}') to ('${upTo}');`;
  const isWhole = start === middle;

  await client.query(`${lock} ${detach} ${isWhole ? '' : attach(middle)}
    create table ${full} partition of millrace.${table} for values from ('${middle}') to ('${end}')`);
  const found = await client.query('select pg_relation_filepath($1) as path', [full]);
  const file = join(server.folder, 'postgres', found.rows[0].path);
  await rm(file);
  await symlink(fullFile, file);
  return `${lock} drop table ${full}; ${isWhole ? '' : detach} ${attach(end)}`;
}
