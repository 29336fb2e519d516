// What npm run demo is told on the command line.
import { defaultFolder, parseWords, toFolder, toPort } from '#local/command-line.ts';

export interface DemoOptions {
  readonly dataDirectory: string;
  /** Where the server has to listen; undefined when any port will do. */
  readonly port: number | undefined;
}

const flags = {
  port: { type: 'string' },
  data: { type: 'string', default: defaultFolder },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const usage = `Usage: npm run demo -- [options]

Places 1,000 orders at a running npm start and shows what becomes of them.

  --port PORT  the port that npm start listens on: nothing is placed at a server on another one
               (default: whichever the server in the data folder listens on)
  --data DIR   the data folder of that npm start, where it says its address and its key (default ${defaultFolder})
  --help       this text

Example:
  npm run demo -- --port 9000`;

/** Undefined when only the usage was asked for. Throws a BadOption. */
export function readDemoOptions(words: readonly string[]): DemoOptions | undefined {
  const { help, port, data } = parseWords(words, flags);
  if (help) return undefined;
  return {
    dataDirectory: toFolder(data),
    port: port === undefined ? undefined : toPort(port),
  };
}
