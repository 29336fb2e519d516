// `doctor`: looks for what is wrong, and says what to do. Over SQL it looks at the database itself, over HTTP at what the API tells.
import type { Command } from 'commander';
import { apiChecks } from '#cli/doctor/api.ts';
import { databaseChecks } from '#cli/doctor/database.ts';
import { examine } from '#cli/doctor/examine.ts';
import type { Check, Finding, Level } from '#cli/doctor/finding.ts';
import { workChecks } from '#cli/doctor/work.ts';
import { exitCodes } from '#cli/failure.ts';
import { plain } from '#cli/print/plain.ts';
import { type Printer, styleOf } from '#cli/print/printer.ts';
import { type CommonFlags, reaching, type Tools, withReach } from '#cli/reach/with-reach.ts';

export function defineDoctor(command: Command): void {
  command.addHelpText(
    'after',
    '\nIt changes nothing. It ends with 1 when something is bad, and with 0 when there are warnings only.',
  );
  reaching(command, [
    'npx millrace doctor',
    'DATABASE_URL=postgresql://… npx millrace doctor --json',
  ]).action((flags: CommonFlags) => withReach(flags, diagnose));
}

async function diagnose({ operations, databases, url, print }: Tools): Promise<void> {
  const findings = await examine([
    ...(databases.length > 0 ? checksOfAll(databases) : apiChecks(operations, url)),
    ...workChecks(operations),
  ]);
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const counts = { ok: count('ok'), warn: count('warn'), bad: count('bad') };
  print.show({ ...counts, findings }, () =>
    [...findings.map((finding) => textOf(finding, print)), '', summary(counts)].join('\n'),
  );
  if (counts.bad > 0) process.exitCode = exitCodes.failed;
}

/** Of several databases each check is made in each, and named after it. */
function checksOfAll(databases: Tools['databases']): readonly Check[] {
  return databases.flatMap(({ database, url }, number) => {
    const checks = databaseChecks(database, { url, number, databases: databases.length });
    if (databases.length === 1) return checks;
    return checks.map(({ name, look }) => ({ name: `${number}: ${name}`, look }));
  });
}

const checkWidth = 22;

function textOf({ level, check, says, means, todo }: Finding, print: Printer): string {
  const head = `${print.paint(styleOf(level), level.padEnd(4))}  ${check.padEnd(checkWidth)}`;
  const indent = ' '.repeat(checkWidth + 6);
  return [
    `${head}${plain(says)}`,
    ...(means === undefined ? [] : [`${indent}${plain(means)}`]),
    ...(todo === undefined ? [] : [`${indent}do: ${plain(todo)}`]),
  ].join('\n');
}

function summary({ warn, bad }: Readonly<Record<Level, number>>): string {
  if (bad + warn === 0) return 'Nothing is wrong.';
  return `${bad} bad, ${warn} to look at.`;
}
