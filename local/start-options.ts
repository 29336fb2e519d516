// What the command `start` is told on the command line and in the environment.
import type { ApplicationPaths } from '#bundling/application.ts';
import { type Driver, drivers } from '#bundling/bundle-function.ts';
import { isOrigin } from '#functions/cors.ts';
import { requireDatabaseUrl } from '#queue/database.ts';
import { databaseUrls, mostDatabases } from '#queue/database-urls.ts';
import {
  BadOption,
  commandLine,
  defaultFolder,
  parseWords,
  toFolder,
  toPort,
} from './command-line.ts';
import type { Modes } from './modes.ts';

export interface StartOptions {
  /** Where the application's own part lies. */
  readonly paths: ApplicationPaths;
  readonly port: number;
  /** Milliseconds between ticks. */
  readonly everyMs: number;
  readonly dataDirectory: string;
  /** The origins of web pages that may call the HTTP API. */
  readonly allowedOrigins: readonly string[];
  /** A Postgres to use instead of the embedded one; of several databases one for each, separated by a space. */
  readonly databaseUrl: string | undefined;
  /** Over how many databases messages are spread. Default: as many as there are. */
  readonly databases: number | undefined;
  /** The functions' own; whatever else asks this database goes by Neon's. */
  readonly driver: Driver;
  readonly modes: Modes;
}

const flags = {
  registry: { type: 'string' },
  migrations: { type: 'string' },
  port: { type: 'string', default: '8787' },
  every: { type: 'string' },
  data: { type: 'string', default: defaultFolder },
  driver: { type: 'string', default: 'neon' },
  databases: { type: 'string' },
  'allow-origin': { type: 'string', multiple: true },
  sleep: { type: 'boolean', default: false },
  eager: { type: 'boolean', default: false },
  'hand-over': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const mostHelpers = 100;

export const usage = `Usage: ${commandLine('start')} [options]

Runs the whole of Millrace on this machine: Postgres, the HTTP API, and a consumer at every tick.

  --registry FILE        what exports your registry (default: the first of src/queue/registry.ts, queue/registry.ts and
                         handlers/registry.ts)
  --migrations DIR       your own numbered SQL files (default: the folder tables beside the registry)
  --port PORT            where the HTTP API listens on 127.0.0.1 (default 8787)
  --every INTERVAL       time between ticks, such as 500ms, 5s or 1m (default 5s)
  --data DIR             folder that keeps the database, its passwords and the API key (default ${defaultFolder})
  --driver DRIVER        how the functions reach the database, as in the cloud: neon, or pg over TCP (default neon)
  --databases N          over how many databases messages are spread, 1 to ${mostDatabases} (default: as many as the folder has, or
                         DATABASE_URL names); to grow, start it again with one more
  --allow-origin ORIGIN  web pages that may call the HTTP API, such as http://localhost:5173; may be repeated
                         (default: none)
  --sleep                no query while nothing is due: wake-ups instead of ticks, and a tick every 6 hours
  --eager                an enqueue over HTTP wakes the consumer at once
  --hand-over N          a backlog is shared with up to N further invocations of the consumer, 1 to ${mostHelpers}
  --help                 this text

  DATABASE_URL           a Postgres to use instead of the embedded one; for several databases one connection string each,
                         separated by spaces

Example:
  ${commandLine('start')} --port 9000 --every 1s`;

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined when only the usage was asked for. Throws a BadOption. */
export function readStartOptions(
  words: readonly string[],
  environment: Environment,
): StartOptions | undefined {
  const { help, port, every, data, driver, sleep, eager, registry, migrations, ...more } =
    parseWords(words, flags);
  if (help) return undefined;
  const { 'allow-origin': origins = [], 'hand-over': handOver } = more;
  const { DATABASE_URL } = environment;
  const databases = toDatabases(more.databases);
  return {
    paths: { registry, migrations },
    port: toPort(port),
    everyMs: sleep ? backstop(every) : toMilliseconds(every ?? '5s'),
    dataDirectory: toFolder(data),
    allowedOrigins: origins.map(toOrigin),
    databaseUrl: firstUrls(toDatabaseUrl(DATABASE_URL), databases),
    databases,
    driver: toDriver(driver),
    modes: { sleep, eager, handOver: toHelpers(handOver) },
  };
}

const unitMs = { ms: 1, s: 1000, m: 60_000 };
const shortestMs = 100;
const longestMs = 24 * 60 * 60_000;

function toMilliseconds(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const interval = Number(digits) * unitMs[unit as keyof typeof unitMs];
  if (interval >= shortestMs && interval <= longestMs) return interval;
  throw new BadOption(`--every is an interval from 100ms to 1440m, such as 5s; got "${text}"`);
}

const backstopMs = 6 * 60 * 60_000;

function backstop(every: string | undefined): number {
  if (every === undefined) return backstopMs;
  throw new BadOption(
    '--every is for ticks, and with --sleep wake-ups take their place: leave one out',
  );
}

function toHelpers(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const helpers = Number(text);
  if (/^\d+$/.test(text) && helpers >= 1 && helpers <= mostHelpers) return helpers;
  throw new BadOption(`--hand-over is a whole number from 1 to ${mostHelpers}; got "${text}"`);
}

function toDatabases(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const databases = Number(text);
  if (/^\d+$/.test(text) && databases >= 1 && databases <= mostDatabases) return databases;
  throw new BadOption(`--databases is a whole number from 1 to ${mostDatabases}; got "${text}"`);
}

/** There may be more of them, as in the cloud: one is added first, and then used. */
function firstUrls(text: string | undefined, databases: number | undefined): string | undefined {
  if (text === undefined || databases === undefined) return text;
  const urls = databaseUrls(text).slice(0, databases);
  if (urls.length === databases) return urls.join(' ');
  throw new BadOption(
    `--databases is ${databases}, and DATABASE_URL names ${urls.length}: add the others behind it, separated by spaces`,
  );
}

// There is no "*" as in the cloud: a key lies on this machine, and any page that the browser is on could try.
function toOrigin(text: string): string {
  if (isOrigin(text)) return text;
  throw new BadOption(
    `--allow-origin is what a browser sends as Origin, such as http://localhost:5173; got "${text}"`,
  );
}

export function toDriver(text: string): Driver {
  const driver = drivers.find((name) => name === text);
  if (driver) return driver;
  throw new BadOption(`--driver is ${drivers.join(' or ')}; got "${text}"`);
}

/** One, or several separated by spaces. */
export function toDatabaseUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    return databaseUrls(text)
      .map((url) => requireDatabaseUrl(url).href)
      .join(' ');
  } catch {
    throw new BadOption('DATABASE_URL must look like postgresql://user:password@host/database');
  }
}
