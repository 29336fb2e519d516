// The command `init`: the beginnings of a queue in an application's own folder, with everything that runs, tests and deploys
// it. It asks nothing, and changes no file that is there.
import { resolve } from 'node:path';
import { BadOption, complain, parseWordsAndText } from '#local/command-line.ts';
import { nextCommands, yourPart } from './next-steps.ts';
import { type Plan, plan } from './plan.ts';
import { lookAround } from './surroundings.ts';
import { writeFiles } from './write-files.ts';

const flags = { help: { type: 'boolean', short: 'h', default: false } } as const;

const usage = `Usage: npx millrace init [FOLDER]

Writes the beginnings of a queue into the folder of your application, or into an empty one: a message type, a queue with its
handler, a test, a table, and a CDK app. It writes what is missing and changes no file that is there.

  FOLDER  the application's folder (default: this one)
  --help  this text

Example:
  npx millrace init packages/orders`;

/** words: what stands behind `init` on the command line. Answers the exit code. */
export async function init(words: readonly string[]): Promise<number> {
  try {
    const { values, text } = parseWordsAndText(words, flags);
    if (values.help) console.log(usage);
    else await initialize(toFolder(text));
    return 0;
  } catch (error) {
    return complain(error);
  }
}

function toFolder([folder = '.', ...more]: readonly string[]): string {
  if (folder === '' || more.length > 0) throw new BadOption('init takes the name of one folder');
  return folder;
}

async function initialize(folder: string): Promise<void> {
  const around = lookAround(resolve(folder));
  const { missing, kept }: Plan = plan(around);
  await writeFiles(around.folder, missing);
  const created = missing.map(({ path }) => path);
  const parts = [
    [
      ...created.map((path) => `created        ${path}`),
      ...kept.map((path) => `left as it is  ${path}`),
      ...(created.length === 0 ? ['\nEverything is there: nothing was changed.'] : []),
    ].join('\n'),
    ...yourPart(around, created),
    `Next:\n${nextCommands(around)
      .map((command) => `  ${command}`)
      .join('\n')}`,
  ];
  console.log(parts.join('\n\n'));
}
