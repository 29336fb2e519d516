// Finds the command in what was typed, runs it, and answers the exit code. Errors end here, as one sentence.
import { inspect } from 'node:util';
import { commands } from './commands.ts';
import { exitCodes, Failure } from './failure.ts';
import { plainLines } from './print/plain.ts';

/** words: the command line behind `millrace`. Answers the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  // Whoever reads the output may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const [name = '--help', ...rest] = words;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command && 'run' in command) return (await command.run())(rest);
  try {
    await runRead(name, rest);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return tell(error, Object.hasOwn(commands, name) ? `${name} ` : '');
  }
}

async function runRead(name: string, rest: readonly string[]): Promise<void> {
  const { Command } = await import('commander');
  const program = new Command('millrace')
    .usage('COMMAND [options]')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpCommand(false)
    .addHelpText('after', '\nmillrace COMMAND --help lists the flags and shows an example.');
  for (const [known, entry] of Object.entries(commands)) {
    const command = program
      .command(known)
      .description(entry.summary)
      .helpGroup(entry.group)
      .copyInheritedSettings(program);
    if (known === name && 'define' in entry) (await entry.define())(command);
  }
  const named = program.commands.find((command) => command.name() === name);
  const hasParts = named !== undefined && named.commands.length > 0;
  // Those with parts list when no part is named; commander's own default would take a misspelt part for an argument of it.
  const words = hasParts && isLeftOut(rest[0]) ? ['list', ...rest] : rest;
  await program.parseAsync([name, ...words], { from: 'user' });
}

const isLeftOut = (part: string | undefined): boolean =>
  part === undefined || (part.startsWith('-') && part !== '--help' && part !== '-h');

function tell(error: unknown, command: string): number {
  if (isOfCommander(error)) {
    // Help that was asked for is no error.
    if (error.exitCode === 0) return 0;
    console.error(plainLines(`${sentence(error.message)}; see npx millrace ${command}--help`));
    return exitCodes.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  // Its words may be a server's, or somebody's who stands between.
  console.error(plainLines(process.env['MILLRACE_DEBUG'] ? inspect(error) : message));
  return error instanceof Failure ? error.exitCode : exitCodes.failed;
}

const isOfCommander = (error: unknown): error is Error & { readonly exitCode: number } =>
  error instanceof Error && 'code' in error && /^commander\./.test(String(error.code));

/** Commander's words, on one line. */
const sentence = (message: string): string =>
  message
    .replace(/^error: (command-argument )?/, '')
    .replace(/\n\(Did you mean (.*)\?\)/, '; did you mean $1?')
    .replace(/[.?]$/, '');
