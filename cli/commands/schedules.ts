// `schedules`: which messages are enqueued at set times; pausing, resuming and running one.
import type { Command } from 'commander';
import { Failure } from '#cli/failure.ts';
import { instantText } from '#cli/print/time.ts';
import { type CommonFlags, reaching, type Tools, withReach } from '#cli/reach/with-reach.ts';
import { toName } from './arguments.ts';

export function defineSchedules(command: Command): void {
  const list = command.command('list').description('lists them');
  reaching(list, ['npx millrace schedules']).action((flags: CommonFlags) => withReach(flags, show));
  const pause = command.command('pause').description('lets due times pass until it is resumed');
  named(pause, async ({ operations, print }, name) => {
    await operations.pauseSchedule(name);
    print.show({ name, paused: true }, () => `${name} is paused.`);
  });
  const resume = command.command('resume').description('lets a paused one go on from now');
  named(resume, async ({ operations, print }, name) => {
    await operations.resumeSchedule(name);
    print.show({ name, paused: false }, () => `${name} goes on from now.`);
  });
  const run = command.command('run').description('enqueues its message now, beside the due times');
  named(run, async ({ operations, print, databases }, name) => {
    if (databases.length > 0)
      throw new Failure(
        'usage',
        'Only the HTTP API knows what message a schedule makes: give --url, or enqueue its type by npx millrace enqueue',
      );
    const enqueued = await operations.runSchedule(name);
    print.show(enqueued, () => enqueued.id);
  });
}

function named(command: Command, run: (tools: Tools, name: string) => Promise<void>): void {
  reaching(command, [`npx millrace schedules ${command.name()} weekly-summary`])
    .argument('<schedule>', "the schedule's name", toName)
    .action((name: string, flags: CommonFlags) => withReach(flags, (tools) => run(tools, name)));
}

async function show({ operations, print }: Tools): Promise<void> {
  const { items } = await operations.schedules();
  print.show({ items }, () =>
    print.table(items, [
      { name: 'schedule', of: ({ name }) => name },
      { name: 'type', of: ({ type }) => type },
      { name: 'rule', of: ({ rule }) => rule },
      { name: 'zone', of: ({ timeZone }) => timeZone },
      { name: 'state', of: ({ paused }) => (paused ? 'paused' : 'ok') },
      { name: 'next', of: ({ nextDueAt }) => instantText(nextDueAt) },
      { name: 'last', of: ({ lastDueAt }) => instantText(lastDueAt) },
    ]),
  );
}
