// `enqueue`: one message, from the command line, a file or the input.
import { type Command, Option } from 'commander';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toId, toName, toNumber } from './arguments.ts';
import { payloadFrom } from './payload.ts';

interface EnqueueFlags extends CommonFlags {
  readonly delay?: number;
  readonly at?: string;
  readonly priority?: number;
  readonly group?: string;
  readonly fairnessKey?: string;
  readonly idempotencyKey?: string;
  readonly chord?: string;
}

const payload =
  '{"orderId":"A-1","email":"reader@example.com","items":[{"sku":"moby-dick","quantity":1,"priceCents":999}]}';

export function defineEnqueue(command: Command): void {
  reaching(command, [
    `npx millrace enqueue order.placed '${payload}'`,
    'npx millrace enqueue order.placed @order.json --delay 60',
    'npx millrace enqueue order.placed - < order.json',
  ])
    .argument('<type>', "the message type's name", toName)
    .argument('<payload>', 'JSON, @ and the name of a file, or - for the input')
    .option('--delay <seconds>', 'not before so many seconds', toNumber(0, 31_536_000))
    .option('--at <instant>', 'not before, such as 2026-03-01T08:30:00Z')
    .option('--priority <1-9>', '1 is first, 5 the default', toNumber(1, 9))
    .option('--group <key>', 'one after another with others of this key')
    .option('--fairness-key <key>', 'for whom it is, in queues that are fair')
    .option('--idempotency-key <key>', 'the same key is the same message, for a day')
    .addOption(
      new Option('--chord <id>', 'joins this chord, which is open')
        .argParser(toId)
        .conflicts('idempotencyKey'),
    )
    .action((type: string, source: string, flags: EnqueueFlags) =>
      withReach(flags, async ({ enqueue, print }) => {
        const { delay, at, priority, group, fairnessKey, idempotencyKey, chord } = flags;
        const enqueued = await enqueue({
          type,
          payload: await payloadFrom(source),
          ...(delay !== undefined && { delaySeconds: delay }),
          ...(at !== undefined && { scheduledAt: at }),
          ...(priority !== undefined && { priority }),
          ...(group !== undefined && { groupKey: group }),
          ...(fairnessKey !== undefined && { fairnessKey }),
          ...(idempotencyKey !== undefined && { idempotencyKey }),
          ...(chord !== undefined && { chordId: chord }),
        });
        print.show(enqueued, () => enqueued.id);
        print.note(
          enqueued.duplicate
            ? 'It was there already, under this key.'
            : `It is ${enqueued.status}.`,
        );
      }),
    );
}
