// What the command `sql` is told.
import {
  BadOption,
  commandLine,
  defaultFolder,
  parseWordsAndText,
  toFolder,
} from './command-line.ts';

export interface SqlOptions {
  readonly dataDirectory: string;
  /** The number of the database. */
  readonly database: number;
  /** Undefined when it comes from the input. */
  readonly script: string | undefined;
}

const flags = {
  data: { type: 'string', default: defaultFolder },
  database: { type: 'string', default: '0' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const usage = `Usage: ${commandLine('sql')} [options] ['SQL']

Runs SQL on the database of a server that runs here, as the owner of the schema, and prints the rows. Without SQL on the
command line it is read from the input: ${commandLine('sql')} < script.sql, or paste it and press Ctrl-D.

  --data DIR    the data folder of that server (default ${defaultFolder})
  --database N  which of several databases, from 0 (default 0)
  --help        this text

Example:
  ${commandLine('sql')} 'select status, count(*) from millrace.delivery_status group by 1'`;

/** Undefined when only the usage was asked for. Throws a BadOption. */
export function readSqlOptions(words: readonly string[]): SqlOptions | undefined {
  const { values, text } = parseWordsAndText(words, flags);
  if (values.help) return undefined;
  return {
    dataDirectory: toFolder(values.data),
    database: toDatabase(values.database),
    script: text.length > 0 ? text.join(' ') : undefined,
  };
}

function toDatabase(text: string): number {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  throw new BadOption(`--database is the number of a database, from 0; got "${text}"`);
}
