// A checkout of a test's own, whose SQL files it may change.
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Migration, type MigrationReport, migrate } from '#migrations/migrate.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';

export interface Checkout {
  write(file: string, text: string): Promise<void>;
  edit(file: string, from: string, to: string): Promise<void>;
  move(file: string, to: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Says of a routine that its file was removed on purpose. */
  retire(routine: string): Promise<void>;
  migrate(
    url: string,
    options?: Partial<Pick<Migration, 'registry' | 'wakeMs' | 'log' | 'isRollback'>>,
  ): Promise<MigrationReport>;
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const defaults = { registry: defineRegistry({ queues: [] }), wakeMs: 5_000, log: silent };
const own = join(import.meta.dirname, '../../..');

/** A copy of this checkout's SQL files, removed when the test ends. */
export async function copyCheckout(): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), 'millrace-checkout-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await cp(join(own, 'migrations/tables'), join(root, 'migrations/tables'), { recursive: true });
  await cp(join(own, 'migrations/routines'), join(root, 'migrations/routines'), {
    recursive: true,
  });
  const write = async (file: string, text: string) => {
    const path = join(root, 'migrations', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  const remove = (file: string) => rm(join(root, 'migrations', file), { recursive: true });
  return {
    write,
    async edit(file, from, to) {
      const text = await readFile(join(root, 'migrations', file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
      await write(file, text.replaceAll(from, to));
    },
    async move(file, to) {
      await write(to, await readFile(join(root, 'migrations', file), 'utf8'));
      await remove(file);
    },
    remove,
    retire: (routine) => appendFile(join(root, 'migrations/routines/retired.txt'), `${routine}\n`),
    migrate: (url, options) =>
      migrate({
        ...defaults,
        url,
        root,
        applicationTables: join(root, 'handlers/tables'),
        ...options,
      }),
  };
}

const doingNothing = {
  sync: `(declared jsonb) returns void language sql as ''`,
  sync_groups: `() returns json language sql as 'select json_build_object(''more'', false)'`,
  maintain: `() returns void language sql as ''`,
};

/**
 * A checkout of a release whose last table file has this number. Of its routines it has those that a migration calls, and
 * they do nothing: what its producers and consumers would have left behind is put into the tables.
 */
export async function earlierCheckout(lastTable: string): Promise<Checkout> {
  const checkout = await copyCheckout();
  for (const file of await readdir(join(own, 'migrations/tables')))
    if (file.slice(0, lastTable.length) > lastTable) await checkout.remove(`tables/${file}`);
  await checkout.remove('routines');
  for (const [name, definition] of Object.entries(doingNothing))
    await checkout.write(
      `routines/${name}.sql`,
      `\ncreate or replace function millrace.${name}${definition};\n`,
    );
  return checkout;
}
