// What npm run bench is told on the command line.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type PostgresVersion, postgresVersions, usualPostgres } from './postgres-versions.ts';

export interface Options {
  /** Names of workloads; all when empty. */
  readonly only: readonly string[];
  readonly rounds: number;
  readonly long: boolean;
  readonly scale: number;
  readonly pgmqFile: string | undefined;
  readonly jsonFile: string;
  /** The JSON files of earlier runs: reported instead of measuring anew, unless there are none. */
  readonly from: readonly string[];
  /** Whether docs/performance.md is written from them. */
  readonly publish: boolean;
  /** Major version of the Postgres that is measured. */
  readonly postgres: PostgresVersion;
}

export const usage = `Usage: npm run bench -- [options]

Measures Millrace and its peers on one Postgres, in turns, and prints how they compare.

  --only NAME,NAME  these workloads only
  --rounds N        rounds of the drain (default 3); workloads that vary less take two at most
  --long            also what takes many minutes: a backlog of 10,000,000, 600,000 finished messages for every peer
  --scale X         multiplies the numbers of messages (default 1; below 1 to see whether everything works)
  --pgmq FILE       another version of pgmq's published SQL than the one that comes with the packages
  --postgres N      ${postgresVersions.join(', ')} (default ${usualPostgres}); another than that makes a section of its own on the page
  --json FILE       where the numbers go (default bench/results/latest.json)
  --from FILE,FILE  measures nothing, and reports these earlier runs as one
  --publish         with --from and at least three runs: writes docs/performance.md and its charts
  --help            this text`;

/** Undefined when only the usage was asked for. Throws a TypeError that says what was expected. */
export function readOptions(words: readonly string[], workloads: readonly string[]) {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string', default: '' },
      rounds: { type: 'string', default: '3' },
      long: { type: 'boolean', default: false },
      scale: { type: 'string', default: '1' },
      pgmq: { type: 'string' },
      json: { type: 'string', default: join(import.meta.dirname, 'results', 'latest.json') },
      from: { type: 'string', default: '' },
      postgres: { type: 'string', default: usualPostgres },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const from = values.from.split(',').filter((file) => file !== '');
  if (values.publish && from.length === 0)
    throw new TypeError('--publish takes the JSON files of at least three runs by --from');
  const options: Options = {
    only: toNames(values.only, workloads),
    rounds: toNumber('--rounds', values.rounds, 1),
    long: values.long,
    scale: toNumber('--scale', values.scale, 0.001),
    pgmqFile: values.pgmq,
    jsonFile: values.json,
    from,
    publish: values.publish,
    postgres: toVersion(values.postgres),
  };
  return options;
}

function toNames(text: string, known: readonly string[]): string[] {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`--only takes ${known.join(', ')}; got "${unknown}"`);
  return names;
}

function toVersion(text: string): PostgresVersion {
  const version = postgresVersions.find((each) => each === text);
  if (version !== undefined) return version;
  throw new TypeError(`--postgres takes ${postgresVersions.join(', ')}; got "${text}"`);
}

function toNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (number >= least) return number;
  throw new TypeError(`${option} takes a number from ${least}; got "${text}"`);
}
