// The schema: its version, and whether it is still what the migrations have made of it.
import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { schemaNeeded } from '#queue/schema-needed.ts';
import { expectedSchema } from './expected-schema.ts';
import { type Check, type Finding, ok } from './finding.ts';
import { routineDrift } from './routine-drift.ts';

export function schemaChecks(database: Database): readonly Check[] {
  return [
    { name: 'schema version', look: () => version(database) },
    { name: 'tables', look: () => tableDrift(database) },
    { name: 'routines', look: () => routineDrift(database) },
  ];
}

async function version(database: Database) {
  const text = 'select millrace.schema_version() as version';
  const { version } = onlyRow(await database.query<{ version: string }>(text));
  if (version === schemaNeeded) return [ok(`${version}, as this release has it`)];
  return version < schemaNeeded
    ? [
        {
          level: 'bad',
          says: `${version}, and this release needs ${schemaNeeded}`,
          means: 'consumers and the HTTP API of this release do nothing here',
          todo: 'npx millrace migrate',
        } as const,
      ]
    : [
        {
          level: 'warn',
          says: `${version}, and this release is from ${schemaNeeded}`,
          means:
            'a newer release has migrated this database; what differs from this one is its doing',
          todo: 'npm install millrace@latest',
        } as const,
      ];
}

interface Actual {
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
  readonly constraints: readonly string[];
  readonly invalid: readonly string[];
  readonly unvalidated: readonly string[];
}

async function tableDrift(database: Database): Promise<readonly Omit<Finding, 'check'>[]> {
  const actual = onlyRow(await database.query<Actual>(actualText));
  const expected = await expectedSchema();
  const missing = (['columns', 'indexes', 'constraints'] as const).flatMap((kind) => {
    const there = new Set(actual[kind]);
    return [...expected[kind]].filter((name) => !there.has(name)).map((name) => ({ kind, name }));
  });
  const findings = [
    ...missing.map(({ kind, name }) => lacks(kind, name)),
    ...actual.invalid.map(invalid),
    ...actual.unvalidated.map(unvalidated),
  ];
  return findings.length > 0
    ? findings
    : [
        ok(
          `${expected.columns.size} columns, ${expected.indexes.size} indexes, ${expected.constraints.size} constraints: nothing is missing`,
        ),
      ];
}

// Of partitions only their parents count.
const actualText = `
  with own as (
    select c.oid, c.relname from pg_class c
    where c.relnamespace = 'millrace'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  )
  select
    array(
      select o.relname || '.' || a.attname from own o
      join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
    )::text[] as columns,
    array(
      select i.relname from own o
      join pg_index x on x.indrelid = o.oid join pg_class i on i.oid = x.indexrelid
    )::text[] as indexes,
    array(
      select o.relname || '.' || k.conname from own o join pg_constraint k on k.conrelid = o.oid
      union all
      select t.typname || '.' || k.conname from pg_type t join pg_constraint k on k.contypid = t.oid
      where t.typnamespace = 'millrace'::regnamespace
    )::text[] as constraints,
    array(
      select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid
      where i.relnamespace = 'millrace'::regnamespace and not (x.indisvalid and x.indisready)
    )::text[] as invalid,
    array(
      select o.relname || '.' || k.conname from own o
      join pg_constraint k on k.conrelid = o.oid where not k.convalidated
    )::text[] as unvalidated`;

function lacks(kind: string, name: string): Omit<Finding, 'check'> {
  const what = kind.replace(/e?s$/, '');
  const means =
    kind === 'columns'
      ? 'whatever reads or writes it fails'
      : kind === 'indexes'
        ? 'calls that look by it read whole tables'
        : 'what must never be stored may be';
  return {
    level: 'bad',
    says: `the ${what} ${name} is missing`,
    means,
    todo: `find its statement in node_modules/millrace/dist/migrations/tables by its name, and run it`,
  };
}

const invalid = (name: string): Omit<Finding, 'check'> => ({
  level: 'bad',
  says: `the index ${name} is invalid`,
  means: 'it was not built to its end: it costs every write and serves no read',
  todo: `reindex index concurrently millrace.${name}`,
});

const unvalidated = (name: string): Omit<Finding, 'check'> => ({
  level: 'warn',
  says: `the constraint ${name} is not validated`,
  means: 'rows from before it may break it',
  todo: `alter table millrace.${name.replace('.', ' validate constraint ')}`,
});
