import type { Mutation } from '../mutation.ts';

/** What the command line does to somebody's deployment. */
export const commandLine: readonly Mutation[] = [
  {
    name: 'command-line-asks-nobody-and-goes-on',
    fault:
      'In a script without --yes a purge or a discard is done, because nobody is there to refuse it.',
    file: 'cli/commands/consent.ts',
    replace: 'if (yes) return;',
    by: 'if (yes || !terminal.input.isTTY) return;',
    testFile: 'test/cli/commands/consent.test.ts',
    test: 'asks nobody with --yes, and goes on nowhere without a terminal',
  },
  {
    name: 'command-line-does-not-stop',
    fault: 'Ctrl-C in the middle of a redrive is not heard before its end.',
    file: 'cli/commands/portions.ts',
    replace: ' && !interruption.isAsked) {',
    by: ') {',
    testFile: 'test/cli/commands/portions.test.ts',
    test: 'stops after the running portion, says how to go on, and goes on there',
  },
];
