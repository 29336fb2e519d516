#!/usr/bin/env node
// The program `millrace`: finds the command. What commands need is loaded after Node's version has been looked at, since an
// older Node cannot even read it.

const commands: Readonly<
  Record<string, () => Promise<(words: readonly string[]) => Promise<number>>>
> = {
  init: async () => (await import('./init/init.ts')).init,
  start: async () => (await import('#local/start.ts')).start,
  sql: async () => (await import('#local/sql.ts')).sql,
  migrate: async () => (await import('#local/migrate-command.ts')).migrateCommand,
};

const usage = `Usage: millrace COMMAND [options]

  init     writes the beginnings of a queue into an application's folder
  start    runs everything on this machine: Postgres, the HTTP API, and a consumer at every tick
  sql      runs SQL on the database of a server that runs here
  migrate  brings the database that DATABASE_URL names up to date

millrace COMMAND --help lists the options.`;

const oldestNode = 24;

process.exit(await run(process.argv.slice(2)));

async function run([name = '--help', ...words]: readonly string[]): Promise<number> {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < oldestNode)
    return complain(`Millrace needs Node ${oldestNode} or newer; this is ${process.version}`);
  if (name === '--help' || name === '-h') {
    console.log(usage);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) return complain(`millrace has no command "${name}"\n\n${usage}`);
  const command = await load();
  return command(words);
}

function complain(sentence: string): number {
  console.error(sentence);
  return 2;
}
