// `drain`: one drain, anywhere, with the application's own handlers: for cron and for CI.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { findApplication } from '#bundling/application.ts';
import { bundleDrain } from '#bundling/bundle-drain.ts';
import { exitCodes, Failure } from '#cli/failure.ts';
import { plainJson } from '#cli/print/plain.ts';
import { Printer } from '#cli/print/printer.ts';
import { facts } from '#cli/print/table.ts';
import { millisecondsText } from '#cli/print/time.ts';
import { openPool } from '#cli/reach/connection.ts';
import { namedDatabases } from '#cli/reach/named-databases.ts';
import { databaseFailure } from '#cli/reach/over-sql.ts';
import { examplesText } from '#cli/reach/with-reach.ts';
import { importBundle } from '#local/application-registry.ts';
import { defaultFolder } from '#local/command-line.ts';
import { isOnSqs } from '#queue/declare/engine.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { drain } from '#queue/drain/drain.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import type { Log } from '#queue/log.ts';
import { toNumber } from './arguments.ts';
import { Interruption } from './interruption.ts';

interface DrainFlags {
  readonly registry?: string;
  readonly seconds: number;
  readonly database: number;
  readonly data: string;
  readonly json?: boolean;
}

interface Bundled {
  readonly registry: Registry;
  readonly drain: typeof drain;
}

/** What is left to settle what is under way, once somebody has asked to stop: too little to claim more. */
const farewellMs = 3_000;

export function defineDrain(command: Command): void {
  command
    .option('--registry <file>', 'what exports your registry (default: as for start)')
    .option('--seconds <n>', 'for how long at most, 5 to 86400', toNumber(5, 86_400), 55)
    .option('--database <n>', 'which of several databases, from 0', toNumber(0, 15), 0)
    .option('--data <folder>', 'the data folder of a server that runs here', defaultFolder)
    .option('--json', 'JSON for programs instead of text for people')
    .addHelpText(
      'after',
      `\n  DATABASE_URL  the database, or of several all of them (default: that of the server that runs here)\n${examplesText(['npx millrace drain', 'npx millrace drain --seconds 600 --json'])}`,
    )
    .action(drainOnce);
}

async function drainOnce(flags: DrainFlags): Promise<void> {
  const { registry: path, seconds, json } = flags;
  const application = usable(() => findApplication({ registry: path }));
  await using parts = new AsyncDisposableStack();
  const database = openPool(await urlOf(flags));
  parts.defer(database.close);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-drain-'));
  parts.defer(() => rm(folder, { recursive: true }));
  bundleDrain(application, folder);
  const { registry, drain } = await importBundle<Bundled>(application, folder);
  using interruption = new Interruption();
  const endsAt = performance.now() + seconds * 1000;
  const remainingMs = () =>
    Math.min(endsAt, (interruption.askedAt ?? endsAt) + farewellMs) - performance.now();
  const { openSession } = database;
  const summary = await drain({
    ...{ database, openSession, log, remainingMs },
    registry: withoutQueuesOnSqs(registry),
  }).catch((error: unknown) => {
    throw databaseFailure(error);
  });
  new Printer({ isJson: json === true }).show(summary, () => summaryText(summary));
  if (interruption.isAsked) process.exitCode = exitCodes.interrupted;
  // What is retried comes back by itself; what has died waits for a person.
  else if (summary.dead > 0) process.exitCode = exitCodes.failed;
}

/** What SQS carries goes there from the relaying consumer alone: handled here, it would have been handled out of its order. */
function withoutQueuesOnSqs(registry: Registry): Registry {
  const queues = new Map(registry.queues);
  for (const queue of registry.queues.values())
    if (isOnSqs(queue)) {
      queues.delete(queue.name);
      say(
        `passed by: SQS carries ${queue.name}, so the relaying consumer of the deployment drains it`,
      );
    }
  return { ...registry, queues };
}

async function urlOf({ data, database }: DrainFlags): Promise<string> {
  const urls = await namedDatabases(data, 'the database to drain');
  const url = urls[database];
  if (url !== undefined) return url;
  throw new Failure('usage', `--database is from 0 to ${urls.length - 1} there; got ${database}`);
}

function usable<Found>(find: () => Found): Found {
  try {
    return find();
  } catch (cause) {
    throw new Failure('usage', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const summaryText = ({ durationMs, ...counts }: DrainSummary): string =>
  facts([...Object.entries(counts), ['took', millisecondsText(durationMs)]]);

const say = (message: string, attributes?: Record<string, unknown>) =>
  console.error(attributes ? `${message} ${plainJson(attributes)}` : message);

/** What needs somebody's attention; with MILLRACE_DEBUG everything. */
const quiet = process.env['MILLRACE_DEBUG'] ? say : () => {};
const log: Log = { debug: quiet, info: quiet, warn: say, error: say };
