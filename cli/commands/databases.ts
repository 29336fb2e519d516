// `databases`: what each of several is, and what is left of the last growth, which it ends once nothing is.
import type { Command } from 'commander';
import { type FoundDatabase, settleSpread } from '#cli/doctor/spread.ts';
import { exitCodes } from '#cli/failure.ts';
import { Printer, styleOf } from '#cli/print/printer.ts';
import { instantText } from '#cli/print/time.ts';
import { openSession } from '#cli/reach/connection.ts';
import { addressOf, namedDatabases } from '#cli/reach/named-databases.ts';
import { examplesText } from '#cli/reach/with-reach.ts';
import { defaultFolder } from '#local/command-line.ts';

interface DatabasesFlags {
  readonly data: string;
  readonly json?: boolean;
}

interface Row extends FoundDatabase {
  readonly address: string;
}

export function defineDatabases(command: Command): void {
  command
    .option('--data <folder>', 'the data folder of a server that runs here', defaultFolder)
    .option('--json', 'JSON for programs instead of text for people')
    .addHelpText(
      'after',
      `\n  DATABASE_URL  the databases in their order, separated by spaces, without a pooler (default: those of the server that runs here)
\nIt changes nothing but that it ends the last growth where nothing is left of it. It ends with 5 when a database does not
answer, and with 1 when one is not what its place says.\n${examplesText(['npx millrace databases', 'DATABASE_URL=postgresql://… npx millrace databases --json'])}`,
    )
    .action(showDatabases);
}

async function showDatabases({ data, json }: DatabasesFlags): Promise<void> {
  const urls = await namedDatabases(data, 'the databases');
  const found = await settleSpread(openSession, urls);
  const items = found.map((one) => ({ ...one, address: addressOf(urls[one.number] ?? '') }));
  const isSettled = items.every(
    ({ fault, placement }) => fault === null && (placement?.before ?? null) === null,
  );
  const print = new Printer({ isJson: json === true });
  print.show({ isSettled, items }, () => [tableOf(items, print), '', summary(items)].join('\n'));
  if (items.some(({ isAway }) => isAway)) process.exitCode = exitCodes.unreachable;
  else if (items.some(({ fault }) => fault !== null)) process.exitCode = exitCodes.failed;
}

const tableOf = (items: readonly Row[], print: Printer): string =>
  print.table(items, [
    { name: 'database', isNumber: true, of: ({ number }) => number },
    { name: 'address', of: ({ address }) => address },
    {
      name: 'state',
      of: stateOf,
      paint: (cell, { fault }) => print.paint(styleOf(fault === null ? 'ok' : 'bad'), cell),
    },
    { name: 'groups', isNumber: true, of: ({ left }) => left?.groups },
    { name: 'dead letters', isNumber: true, of: ({ left }) => left?.deadLetters },
    { name: 'to send', isNumber: true, of: ({ left }) => left?.forwards },
    { name: 'keys until', of: ({ left }) => instantText(left?.keysUntil ?? null) },
    { name: 'not before', of: ({ left }) => instantText(left?.notBefore ?? null) },
  ]);

function stateOf({ fault, isAway }: Row): string {
  if (fault === null) return 'ok';
  return isAway ? 'away' : 'wrong';
}

/** What keeps it from being whole, or whether a growth is under way. */
function summary(items: readonly Row[]): string {
  const faults = items.flatMap(({ number, fault }) =>
    fault === null ? [] : [`Database ${number}: ${fault}.`],
  );
  if (faults.length > 0) return faults.join('\n');
  if (items.length === 1) return 'It is the only database of its deployment.';
  const growing = items.find(({ placement }) => (placement?.before ?? null) !== null)?.placement;
  if (!growing) return 'No growth is under way.';
  return `The growth from ${growing.before} to ${growing.databases} databases is under way: what the columns from "groups" on tell is left of it.`;
}
