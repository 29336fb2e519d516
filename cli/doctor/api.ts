// What the HTTP API tells of itself.
import type { Operations } from '#client/operations.ts';
import { schemaNeeded } from '#queue/schema-needed.ts';
import { type Check, type Finding, ok } from './finding.ts';

type Found = Omit<Finding, 'check'>;

export const apiChecks = (operations: Operations, url: string): readonly Check[] => [
  { name: 'health', look: () => health(url) },
  { name: 'caller', look: () => caller(operations) },
];

async function health(url: string): Promise<readonly Found[]> {
  const startedAt = performance.now();
  const answer = await fetch(`${url}/v1/health?database=ask`, {
    signal: AbortSignal.timeout(30_000),
  });
  const said = Object(await answer.json().catch(() => ({})));
  const ms = Math.round(performance.now() - startedAt);
  if (!answer.ok)
    return [
      {
        level: 'bad',
        says: `${answer.status}: ${said.title ?? 'no answer of the API'}`,
        means: said.detail ?? 'something in front of the API answers',
        todo: 'set DATABASE_URL instead of --url, and the doctor looks at the database itself',
      },
    ];
  const { schemaVersion } = said;
  const says = `the API and its database answer within ${ms} ms, with schema ${schemaVersion}`;
  if (!(schemaVersion > schemaNeeded)) return [ok(says)];
  return [
    {
      ...{ level: 'warn', says, means: `this program is of a release with ${schemaNeeded}` },
      todo: 'npm install millrace@latest',
    },
  ];
}

async function caller(operations: Operations): Promise<readonly Found[]> {
  const { name, scopes, sleeps, release } = await operations.caller();
  const says = `${name} may ${scopes.join(', ') || 'nothing'}; the release is ${release}`;
  return [ok(sleeps ? `${says}; looking wakes the database, which sleeps otherwise` : says)];
}
