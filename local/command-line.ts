// What the commands share in reading their command lines: words into options, and what is wrong with them.
import { extname } from 'node:path';
import { type ParseArgsConfig, type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** A flag or variable that makes no sense; the message is one line for the person who typed it. */
export class BadOption extends Error {
  override readonly name = 'BadOption';
}

export const defaultFolder = '.millrace/data';

const isCheckout = extname(import.meta.filename) === '.ts';

/** What a person types to run a command: in a checkout of Millrace an npm script, elsewhere the package's program. */
export function commandLine(command: 'start' | 'sql'): string {
  if (!isCheckout) return `npx millrace ${command}`;
  return command === 'start' ? 'npm start --' : `npm run ${command} --`;
}

/** The options by name, as text, boolean or list. Throws a BadOption for what is not among them. */
export function parseWords<Options extends ParseArgsOptionsConfig>(
  words: readonly string[],
  options: Options,
) {
  return parse({ args: [...words], options }).values;
}

/** As parseWords, with the words that belong to no option. */
export function parseWordsAndText<Options extends ParseArgsOptionsConfig>(
  words: readonly string[],
  options: Options,
) {
  const { values, positionals } = parse({ args: [...words], options, allowPositionals: true });
  return { values, text: positionals };
}

function parse<Config extends ParseArgsConfig>(config: Config) {
  try {
    return parseArgs(config);
  } catch (error) {
    // Node's text goes on about how to pass positional arguments; its first sentence says what is wrong.
    const [sentence] = String(error instanceof Error ? error.message : error).split(/\.\s/);
    throw new BadOption(sentence);
  }
}

export function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new BadOption(`--port is a number from 1 to 65535; got "${text}"`);
}

export function toFolder(text: string): string {
  if (text !== '') return text;
  throw new BadOption('--data is the name of a folder; got ""');
}

/** Prints the error's message; answers the exit code: 2 for a BadOption, else 1. */
export function complain(error: unknown): number {
  console.error(error instanceof Error ? error.message : error);
  return error instanceof BadOption ? 2 : 1;
}
