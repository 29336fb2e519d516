// Holds docs/sql.md to the database: its entries to the catalog, its codes to the routines, its blocks to what they do.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { registry } from '#handlers/registry.ts';
import { migrate } from '#migrations/migrate.ts';
import { createDatabase } from '#test/support/database.ts';
import { type Block, guideBlocks } from '#test/support/docs/guide-blocks.ts';
import { psql } from '#test/support/docs/psql.ts';
import { isShown } from '#test/support/docs/shown-output.ts';
import { type Routine, routines } from '#test/support/sql/routines.ts';

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/sql.md'), 'utf8');
const db = await createDatabase();
const log = { debug() {}, info() {}, warn() {}, error() {} };
await migrate({ url: db.url, registry, log });
const callable = (await routines(db)).filter(({ comment }) => comment !== null);

// Roles belong to the server, which other tests use as well.
afterAll(() => db.query('drop role if exists shop_backend'));

const onOneLine = (text: string) => text.replaceAll(/\s*\n(> ?)?\s*/g, ' ');
const entries = new Map(
  page
    .split(/^(?=#{2,3} )/m)
    .map((section): [string, string] => [/^### (\w+)$/m.exec(section)?.[1] ?? '', section]),
);

test.each(callable)('describes $name as the database does', (routine) => {
  const { name, comment } = routine;
  const entry = onOneLine(entries.get(name) ?? '');
  expect(entry).toContain(`${signature(routine)} · ${callers(routine)}`);
  expect(entry).toContain(comment);
});

function signature({ name, parameters, result }: Routine): string {
  return result
    ? `\`millrace.${name}(${parameters})\` → \`${result}\``
    : `view \`millrace.${name}(${parameters})\``;
}

const callers = ({ grantees }: Routine) => (grantees.length > 0 ? grantees.join(', ') : 'owner');

test('describes nothing that cannot be called', () => {
  const names = [...entries.keys()].filter((name) => name !== '');
  expect(names.sort()).toEqual(callable.map(({ name }) => name).sort());
});

test('describes what a claim answers', async () => {
  const columns = await db.query<{ name: string }>(
    `select a.attname as name from pg_attribute a where a.attrelid = 'millrace.claimed'::regclass`,
  );
  const [, table = ''] = page.split('| column of `millrace.claimed`');
  const named = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| (`.*?) +\|/gm)].flatMap(
    ([, names = '']) => names.replaceAll('`', '').split(', '),
  );
  expect(named.sort()).toEqual(columns.map(({ name }) => name).sort());
});

test('explains every code that a routine raises, and no other', async () => {
  const folder = join(root, 'migrations/routines');
  const paths = (await readdir(folder, { recursive: true })).filter((path) =>
    path.endsWith('.sql'),
  );
  const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), 'utf8')));
  const code = texts
    .join('\n')
    .replaceAll(/^ *--.*$/gm, '')
    .replaceAll(/^comment on [\s\S]*?';$/gm, '');
  const rows = [...page.matchAll(/^\| (MR\d{3}) \| /gm)].map(([, name]) => name);
  expect(rows).toEqual([...new Set(code.match(/MR\d{3}/g))].sort());
});

/** As which role the blocks under a heading are run; those under others as the owner. */
const roles: Record<string, string> = {
  Producers: 'millrace_producer',
  Consumers: 'millrace_consumer',
  Operators: 'millrace_operator',
};

test('shows what its statements do, run as pasted by those whom they are for', async () => {
  let printed = '';
  let ran = 0;
  for (const block of guideBlocks(page)) {
    if (block.kind === 'output') {
      expect.soft(isShown(block.text, printed), `line ${block.line}:\n${printed}`).toBe(true);
      continue;
    }
    const result = await psql(sessionUrl(block), block.text);
    expect(result.failed, `line ${block.line}:\n${result.output}`).toBe(
      block.flags.includes('fails'),
    );
    printed = result.output;
    ran += 1;
  }
  expect(ran).toBeGreaterThan(20);
});

function sessionUrl({ line }: Block): string {
  const above = page.split('\n').slice(0, line);
  const heading = above.findLast((text) => text.startsWith('## '))?.slice(3) ?? '';
  const role = roles[heading];
  return role ? `${db.directUrl}?options=-c%20role%3D${role}` : db.directUrl;
}
