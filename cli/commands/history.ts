// `history`: what drains did in each queue, over an hour, a day or a week.
import type { Command } from 'commander';
import { Option } from 'commander';
import { millisecondsText } from '#cli/print/time.ts';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import type { History, Period } from '#client/queue-answers.ts';
import { toName } from './arguments.ts';

interface HistoryFlags extends CommonFlags {
  readonly period: Period;
  readonly queue?: string;
}

export function defineHistory(command: Command): void {
  reaching(command, ['npx millrace history --period day'])
    .addOption(new Option('--period <period>').choices(['hour', 'day', 'week']).default('hour'))
    .option('--queue <queue>', 'of this queue only', toName)
    .action((flags: HistoryFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { period, queue } = flags;
        const history = await operations.history(
          queue === undefined ? { period } : { period, queue },
        );
        print.show(history, () =>
          print.table(history.queues, [
            { name: 'queue', of: (row) => row.queue },
            { name: 'done', isNumber: true, of: ({ total }) => total.done },
            { name: 'retried', isNumber: true, of: ({ total }) => total.retried },
            { name: 'snoozed', isNumber: true, of: ({ total }) => total.snoozed },
            { name: 'dead', isNumber: true, of: ({ total }) => total.dead },
            ...(['waitMs', 'runMs'] as const).flatMap((name) =>
              (['p50', 'p95'] as const).map((part) => ({
                name: `${name.slice(0, -2)} ${part}`,
                isNumber: true,
                of: ({ total }: History['queues'][number]) => millisecondsText(total[name][part]),
              })),
            ),
            { name: `done over the ${period}`, of: ({ slots }) => doneOver(history, slots) },
          ]),
        );
      }),
    );
}

const bars = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const mostBars = 24;

/** The period from its beginning to its end, in equal parts. */
function doneOver({ from, to }: History, slots: History['queues'][number]['slots']): string {
  const begin = Date.parse(from);
  const partMs = (Date.parse(to) - begin) / mostBars;
  const parts = Array.from({ length: mostBars }, () => 0);
  for (const { at, done } of slots) {
    const part = Math.min(mostBars - 1, Math.floor((Date.parse(at) - begin) / partMs));
    parts[part] = (parts[part] ?? 0) + done;
  }
  const most = Math.max(...parts);
  return parts
    .map((done) => bars[done === 0 ? 0 : Math.ceil((done / most) * (bars.length - 1))])
    .join('');
}
