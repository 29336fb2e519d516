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
await migrate({ url: db.url, registry, log, applicationTables: 'handlers/tables' });

// Roles belong to the server, which other tests use as well.
afterAll(() => db.query('drop role if exists shop_backend'));

const isCallable = ({ comment, grantees }: Routine) => comment !== null || grantees.length > 0;
const listed = (await routines(db)).filter(isCallable);

/** What the page says of one function or view. */
interface Entry {
  readonly signature: string;
  readonly callers: string;
  readonly comment: string;
}

const onOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** The entries of a page by their names: under the heading a line with signature and callers, and what it does as a quotation. */
function entriesOf(text: string): [string, Entry][] {
  return text.split(/^(?=#{2,3} )/m).flatMap((section): [string, Entry][] => {
    const [, name] = /^### (\w+)$/m.exec(section) ?? [];
    if (name === undefined) return [];
    const [, heading = ''] = section.split('\n\n');
    const [signature = '', callers = ''] = onOneLine(heading).split(' · ');
    const quoted = section.match(/^>.*$/gm) ?? [];
    const comment = onOneLine(quoted.map((line) => line.slice(1)).join(' '));
    return [[name, { signature, callers, comment }]];
  });
}

function entryOf({ name, parameters, result, grantees, comment }: Routine): Entry {
  const call = `millrace.${name}(${parameters})`;
  return {
    signature: onOneLine(result ? `\`${call}\` → \`${result}\`` : `view \`${call}\``),
    callers: grantees.length > 0 ? grantees.join(', ') : 'owner',
    comment: onOneLine(comment ?? ''),
  };
}

test('lists what a role may call and what the owner is to call, each once, and nothing else', () => {
  const names = entriesOf(page).map(([name]) => name);
  expect(names.toSorted()).toEqual(listed.map(({ name }) => name).toSorted());
});

test.each(listed)('describes $name word for word as the database does', (routine) => {
  expect(new Map(entriesOf(page)).get(routine.name)).toEqual(entryOf(routine));
});

const create = `create function millrace.unlisted() returns integer language sql as 'select 1'`;
const closed = `${create}; revoke all on function millrace.unlisted from public`;

test.each([
  [
    'a function of a role',
    `${closed}; grant execute on function millrace.unlisted to millrace_consumer`,
  ],
  ['a function of everybody', create],
  [
    'a function with a description',
    `${closed}; comment on function millrace.unlisted is 'For the owner.'`,
  ],
  [
    'a view of a role',
    'create view millrace.unlisted as select 1; grant select on millrace.unlisted to millrace_operator',
  ],
])('would miss %s, were it not on the page', async (_, statements) => {
  await db.query(`begin; ${statements}`);
  const found = await routines(db);
  await db.query('rollback');
  expect(found.filter(isCallable)).toHaveLength(listed.length + 1);
});

test('describes the columns of what a claim answers, with their types', async () => {
  const columns = await db.query<{ name: string; type: string }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
     from pg_attribute a
     where a.attrelid = 'millrace.claimed'::regclass and a.attnum > 0 and not a.attisdropped`,
  );
  const [, table = ''] = page.split('| column of `millrace.claimed`');
  const rows = (table.split('\n\n')[0] ?? '').matchAll(/^\| (`.*?) +\| (.*?) +\|/gm);
  const named = Array.from(rows, ([, names = '', type = '']) =>
    names.split(', ').map((name) => ({ name: name.replaceAll('`', ''), type })),
  );
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  expect(named.flat().toSorted(byName)).toEqual(columns.toSorted(byName));
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
