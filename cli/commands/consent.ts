// Before something is done that cannot be taken back, or to much at once, a person says so: by typing a word, or by --yes.
import type { Command } from 'commander';
import { Failure } from '#cli/failure.ts';

export interface ConsentFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export const consenting = (command: Command): Command =>
  command.option('--yes', 'without being asked').option('--dry-run', 'only say how many there are');

interface Question {
  /** What is about to happen, such as "12 messages that wait in payments are cancelled". */
  readonly sentence: string;
  /** What has to be typed, so that nobody agrees by habit. */
  readonly expected: string;
}

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const ownTerminal: Terminal = { input: process.stdin, output: process.stderr };

/** Settles when the person has agreed; throws a Failure otherwise, and nothing was done then. */
export async function requireConsent(
  { yes }: Pick<ConsentFlags, 'yes'>,
  question: Question,
  terminal = ownTerminal,
): Promise<void> {
  if (yes) return;
  const { sentence, expected } = question;
  if (!terminal.input.isTTY)
    throw new Failure(
      'usage',
      `Nothing was done. ${sentence} when you add --yes; nobody can be asked here`,
    );
  if ((await typed(question, terminal)) === expected) return;
  throw new Failure('failed', 'Nothing was done: that was something else');
}

async function typed({ sentence, expected }: Question, terminal: Terminal): Promise<string> {
  // Loaded here, since most commands ask nothing.
  const { default: input } = await import('@inquirer/input');
  try {
    return (await input({ message: `${sentence}. Type ${expected} to go on:` }, terminal)).trim();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ExitPromptError')
      throw new Failure('interrupted', 'Nothing was done', { cause });
    throw cause;
  }
}
