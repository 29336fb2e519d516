// What npm run sql is told on the command line.
import { defaultFolder, parseWordsAndText, toFolder } from './command-line.ts';

export interface SqlOptions {
  readonly dataDirectory: string;
  /** Undefined when it comes from the input. */
  readonly script: string | undefined;
}

const flags = {
  data: { type: 'string', default: defaultFolder },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const usage = `Usage: npm run sql -- [options] ['SQL']

Runs SQL on the database of a running npm start, as the owner of the schema, and prints the rows. Without SQL on the command
line it is read from the input: npm run sql < script.sql, or paste it and press Ctrl-D.

  --data DIR  the data folder of that npm start (default ${defaultFolder})
  --help      this text`;

/** Undefined when only the usage was asked for. Throws a BadOption. */
export function readSqlOptions(words: readonly string[]): SqlOptions | undefined {
  const { values, text } = parseWordsAndText(words, flags);
  if (values.help) return undefined;
  return {
    dataDirectory: toFolder(values.data),
    script: text.length > 0 ? text.join(' ') : undefined,
  };
}
