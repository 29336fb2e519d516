// What most commands have in common: their flags, the way to Millrace, and what to print to.
import type { Command } from 'commander';
import { Printer } from '#cli/print/printer.ts';
import { defaultFolder } from '#local/command-line.ts';
import { chosenWay, type PlaceFlags } from './chosen-way.ts';
import type { Reach } from './reach.ts';
import { tellingOfAway } from './tell-away.ts';

export interface CommonFlags extends PlaceFlags {
  readonly json?: boolean;
}

/** Adds the flags that say where Millrace is, and the examples to the help. */
export function reaching(command: Command, examples: readonly string[]): Command {
  return command
    .option('--url <url>', 'the HTTP API (default: MILLRACE_URL); the key is MILLRACE_API_KEY')
    .option('--data <folder>', 'the data folder of a server that runs here', defaultFolder)
    .option('--json', 'JSON for programs instead of text for people')
    .addHelpText('after', () => helpEnd(examples));
}

export const examplesText = (examples: readonly string[]): string =>
  `\nExample${examples.length === 1 ? '' : 's'}:\n${examples.map((example) => `  ${example}`).join('\n')}`;

const helpEnd = (examples: readonly string[]): string =>
  `\nWithout --url, MILLRACE_URL or DATABASE_URL it talks to the server that runs here.\n${examplesText(examples)}`;

export interface Tools extends Reach {
  readonly print: Printer;
}

/** Opens the way, runs, and closes it. What fails is thrown as a person is told it. */
export async function withReach(
  flags: CommonFlags,
  run: (tools: Tools) => Promise<void>,
): Promise<void> {
  const print = new Printer({ isJson: flags.json === true });
  const reach = await openReach(flags, print);
  try {
    const operations = tellingOfAway(reach.operations, console.error);
    await run({ ...reach, operations, print });
  } catch (error) {
    throw reach.failureOf(error);
  } finally {
    await reach.close();
  }
}

async function openReach(flags: PlaceFlags, print: Printer): Promise<Reach> {
  const way = await chosenWay(flags, process.env);
  if (way.by === 'sql') return (await import('./over-sql.ts')).overSql(way.urls);
  if (way.isFound) print.note(`The server that runs here, ${way.url}:`);
  return (await import('./over-http.ts')).overHttp(way);
}
