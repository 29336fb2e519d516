// `keys`: the callers of the HTTP API that have API keys.
import type { Command } from 'commander';
import { Failure } from '#cli/failure.ts';
import { instantText } from '#cli/print/time.ts';
import { makeKey, type NewKey } from '#cli/reach/make-key.ts';
import { type CommonFlags, reaching, type Tools, withReach } from '#cli/reach/with-reach.ts';
import { toName } from './arguments.ts';
import { type ConsentFlags, requireConsent } from './consent.ts';

interface NewKeyFlags extends CommonFlags {
  readonly expires?: string;
}

interface CreateFlags extends NewKeyFlags {
  readonly scope: readonly string[];
}

export function defineKeys(command: Command): void {
  defineList(command.command('list').description('lists them'));
  defineCreate(command.command('create').description('makes one, and prints it this once'));
  defineRotate(
    command
      .command('rotate')
      .description('makes another of the same name; the one before ends a day later'),
  );
  defineRevoke(command.command('revoke').description('ends one'));
}

function defineList(command: Command): void {
  reaching(command, ['npx millrace keys']).action((flags: CommonFlags) =>
    withReach(flags, async ({ operations, print }) => {
      const { items } = await operations.apiKeys();
      print.show({ items }, () =>
        print.table(items, [
          { name: 'key', of: ({ name }) => name },
          { name: 'scopes', gives: true, of: ({ scopes }) => scopes.join(' ') },
          { name: 'made', of: ({ createdAt }) => instantText(createdAt) },
          { name: 'last used', of: ({ lastUsedAt }) => instantText(lastUsedAt) },
          { name: 'expires', of: ({ expiresAt }) => instantText(expiresAt) },
          { name: 'revoked', of: ({ revokedAt }) => instantText(revokedAt) },
        ]),
      );
    }),
  );
}

const more = (scope: string, before: readonly string[] = []) => [...before, scope];

function defineCreate(command: Command): void {
  const example = `DATABASE_URL=postgresql://… npx millrace keys create warehouse --scope 'enqueue:order.*' --scope read`;
  reaching(command, [example])
    .argument('<name>', 'whose it is, such as shop', toName)
    .requiredOption('--scope <scope>', 'read, operate or enqueue:PATTERN; may be repeated', more)
    .option('--expires <instant>', 'when it ends, such as 2027-01-01T00:00:00Z (default: never)')
    .action((name: string, flags: CreateFlags) =>
      withReach(flags, async (tools) => {
        const key = await newKey(tools, example, {
          name,
          statement: 'select millrace.create_api_key($1, $2::text[], $3::timestamptz) as key',
          parameters: [name, flags.scope, flags.expires ?? null],
        });
        showKey(tools, { name, scopes: flags.scope, key });
      }),
    );
}

function defineRotate(command: Command): void {
  const example = 'DATABASE_URL=postgresql://… npx millrace keys rotate warehouse';
  reaching(command, [example])
    .argument('<name>', 'whose it is', toName)
    .option('--expires <instant>', 'when the new one ends (default: never)')
    .action((name: string, flags: NewKeyFlags) =>
      withReach(flags, async (tools) => {
        const key = await newKey(tools, example, {
          name,
          statement: 'select millrace.rotate_api_key($1, $2::timestamptz) as key',
          parameters: [name, flags.expires ?? null],
        });
        showKey(tools, { name, key });
      }),
    );
}

async function newKey({ databases }: Tools, example: string, key: NewKey): Promise<string> {
  if (databases.length === 0)
    throw new Failure(
      'usage',
      `Only the owner of the database makes API keys: ${example}; on the server that runs here npx millrace sql "select millrace.create_api_key('${key.name}', array['read'])"`,
    );
  return makeKey(databases, key);
}

interface NewKeyAnswer {
  readonly name: string;
  readonly scopes?: readonly string[];
  readonly key: string;
}

function showKey({ print }: Tools, made: NewKeyAnswer): void {
  print.show(made, () => made.key);
  print.note('Keep it: the database has only its hash.');
}

function defineRevoke(command: Command): void {
  reaching(command, ['npx millrace keys revoke shop --yes'])
    .argument('<name>', 'whose it is', toName)
    .option('--yes', 'without being asked')
    .action((name: string, flags: CommonFlags & ConsentFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { items } = await operations.apiKeys();
        if (!items.some((key) => key.name === name))
          throw new Failure(
            'notFound',
            `No API key is named "${name}": npx millrace keys lists them`,
          );
        await requireConsent(flags, {
          sentence: `This ends the API key of ${name} for whoever has it`,
          expected: name,
        });
        await operations.revokeApiKey(name);
        print.show({ name, revoked: true }, () => `${name} is refused within 5 seconds.`);
      }),
    );
}
