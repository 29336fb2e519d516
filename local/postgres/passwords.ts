// The passwords of a folder's Postgres. They are drawn by lot, because every program on the machine can reach its port, and
// kept in the form that psql reads from PGPASSFILE, so that nobody has to write one into a command line for all to see.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivately } from './private-file.ts';

export const passwordFile = (folder: string) => join(folder, 'pgpass');

/** 24 random bytes, in letters that mean nothing in a URL, in SQL or in the file. */
export const newPassword = () => randomBytes(24).toString('base64url');

/** Undefined when the folder has none for the role. */
export async function keptPassword(folder: string, role: string): Promise<string | undefined> {
  const line = (await keptLines(folder)).find((line) => line.startsWith(loginOf(role)));
  return line?.slice(loginOf(role).length);
}

export async function keepPassword(folder: string, role: string, password: string): Promise<void> {
  const others = (await keptLines(folder)).filter((line) => !line.startsWith(loginOf(role)));
  const lines = [...others, loginOf(role) + password];
  await writePrivately(passwordFile(folder), `${lines.join('\n')}\n`);
}

async function keptLines(folder: string): Promise<string[]> {
  const text = await readFile(passwordFile(folder), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

// Host, port, database and user: the port is another one at every start.
const loginOf = (role: string) => `127.0.0.1:*:*:${role}:`;
