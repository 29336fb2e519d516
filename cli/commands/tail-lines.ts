// The lines of `tail`: what happened first, then to what.

import { plain } from '#cli/print/plain.ts';
import { type Printer, styleOf } from '#cli/print/printer.ts';
import { instantText } from '#cli/print/time.ts';
import type { Drain } from '#client/deployment-answers.ts';
import type { TailEvent } from './followed.ts';

const verbWidth = 10;

export function printEvent({ message, queue, status }: TailEvent, print: Printer): void {
  const { id, type, createdAt, deliveries } = message;
  if (queue === undefined) {
    print.line({ event: 'message', message }, () =>
      [
        print.paint('bold', 'enqueued'.padEnd(verbWidth)),
        id,
        plain(type),
        instantText(createdAt),
      ].join('  '),
    );
    return;
  }
  const delivery = deliveries.find((each) => each.queue === queue);
  const attempt = delivery?.attempt ?? 0;
  print.line({ event: 'delivery', id, type, ...delivery }, () =>
    [
      print.paint(styleOf(status), status.padEnd(verbWidth)),
      id,
      `${plain(type)} in ${plain(queue)}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    ].join('  '),
  );
}

export function printDrain(drain: Drain, print: Printer): void {
  print.line({ event: 'drain', ...drain }, () => {
    const counts = drain.queues.map(
      ({ queue, done, retried, dead }) =>
        `${plain(queue)} ${done} done${retried > 0 ? `, ${retried} retried` : ''}${dead > 0 ? `, ${dead} dead` : ''}`,
    );
    const verb = print.paint('dim', 'drained'.padEnd(verbWidth));
    return `${verb}  ${instantText(drain.endedAt)}  ${counts.join('; ')}`;
  });
}
