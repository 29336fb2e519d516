// `queues`: how full they are, or everything about one of them.
import type { Command } from 'commander';
import { type Printer, styleOf } from '#cli/print/printer.ts';
import type { Column } from '#cli/print/table.ts';
import { facts } from '#cli/print/table.ts';
import { spanText } from '#cli/print/time.ts';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import type { QueueDetail, QueueStats } from '#client/queue-answers.ts';
import { toName } from './arguments.ts';
import { fairnessKeys, keyTables } from './fairness-keys.ts';
import { tableLines } from './pages.ts';

export function defineQueues(command: Command): void {
  reaching(command, ['npx millrace queues', 'npx millrace queues payments'])
    .argument(
      '[queue]',
      'one queue, with its policy and the groups and keys that wait in it',
      toName,
    )
    .action((queue: string | undefined, flags: CommonFlags) =>
      withReach(flags, async ({ operations, print }) => {
        if (queue === undefined) {
          const { items } = await operations.queues();
          print.show({ items }, () => queueTable(items, print));
          return;
        }
        const detail = await operations.queue(queue);
        const groups = await operations.blockedGroups(queue, { limit: 10 });
        const keys = detail.policy.fair ? await fairnessKeys(operations, queue) : undefined;
        print.show({ ...detail, blockedGroups: groups, ...keys }, () =>
          [
            queueFacts(detail),
            ...tableLines(groups, groupColumns, print),
            ...(keys ? keyTables(keys, print) : []),
          ].join('\n'),
        );
      }),
    );
}

const counted = ['pending', 'processing', 'scheduled', 'blocked', 'dead', 'retrying'] as const;

const stateOf = ({ paused, declared }: QueueStats): string => {
  if (paused) return 'paused';
  return declared ? 'ok' : 'unknown to the code';
};

type Counted = keyof QueueStats['depth'] | 'retrying';

/** Counts stop at a cap, from where on there may be more. */
const countOf = (queue: QueueStats, what: Counted): string =>
  `${what === 'retrying' ? queue.retrying : queue.depth[what]}${queue.capped.includes(what) ? '+' : ''}`;

export function queueTable(items: readonly QueueStats[], print: Printer): string {
  const count = (name: Counted): Column<QueueStats> => ({
    name,
    isNumber: true,
    of: (queue) => countOf(queue, name),
  });
  return print.table(items, [
    { name: 'queue', gives: true, of: ({ name }) => name },
    {
      name: 'state',
      of: stateOf,
      paint: (cell, queue) => print.paint(styleOf(stateOf(queue)), cell),
    },
    ...counted.map(count),
    {
      name: 'oldest',
      isNumber: true,
      of: ({ oldestPendingSeconds: age }) => (age > 0 ? spanText(age) : '-'),
    },
    { name: 'done/min', isNumber: true, of: ({ perMinute }) => perMinute.done },
  ]);
}

const engines: Readonly<Record<string, string>> = {
  postgres: 'Postgres',
  sqs: 'SQS',
  'sqs-fifo': 'SQS, FIFO',
};

function queueFacts(queue: QueueDetail): string {
  const { policy, perMinute } = queue;
  return facts([
    ['queue', queue.name],
    ['state', stateOf(queue)],
    ['carried by', engines[policy.engine] ?? policy.engine],
    ['subscribes to', queue.types.join(', ') || 'nothing'],
    ...counted.map((status) => [status, countOf(queue, status)] as const),
    ['oldest pending', spanText(queue.oldestPendingSeconds)],
    ['per minute', `${perMinute.done} done, ${perMinute.retried} retried, ${perMinute.dead} dead`],
    [
      'attempts',
      `${policy.maxAttempts}, ${policy.retryBaseSeconds} to ${policy.retryMaximumSeconds} s apart`,
    ],
    ['lease', `${policy.leaseSeconds} s`],
    ['in a group', `${policy.groupConcurrency} at once`],
    ['dead letters', policy.deadBlocksGroup ? 'block their group' : 'block nothing'],
    ['shared', policy.fair ? 'among fairness keys' : null],
    ['in flight', policy.maxInFlight && `${policy.maxInFlight} at most`],
    ['of a key', policy.maxInFlightPerKey && `${policy.maxInFlightPerKey} at most`],
    ['depth', policy.maxDepth && `${policy.maxDepth} at most`],
    ['rate', rateText(policy.rateLimit)],
    ['rate of a key', rateText(policy.rateLimitPerKey)],
  ]);
}

const rateText = (rate: QueueDetail['policy']['rateLimit']) =>
  rate && `${rate.starts} in ${rate.seconds} s, ${rate.burst} saved up`;

const groupColumns: readonly Column<{
  readonly groupKey: string;
  readonly waiting: number;
  readonly messageId: string | null;
  readonly status: string | null;
}>[] = [
  { name: 'group', gives: true, of: ({ groupKey }) => groupKey },
  { name: 'waiting', isNumber: true, of: ({ waiting }) => waiting },
  { name: 'waits for', of: ({ messageId }) => messageId },
  { name: 'which is', of: ({ status }) => status },
];
