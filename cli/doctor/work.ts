// What waits, and whether anybody works on it. These looks are the same over HTTP and SQL.

import { spanText } from '#cli/print/time.ts';
import type { Operations } from '#client/operations.ts';
import type { QueueStats } from '#client/queue-answers.ts';
import { chords } from './chords.ts';
import { type Check, type Finding, ok } from './finding.ts';

type Found = Omit<Finding, 'check'>;

export const workChecks = (operations: Operations): readonly Check[] => [
  { name: 'queues', look: () => queues(operations) },
  { name: 'schedules', look: () => schedules(operations) },
  { name: 'chords', look: () => chords(operations) },
  { name: 'drains', look: () => drains(operations) },
];

/** Longer than any tick: in a deployment that sleeps wake-ups come for what is due. */
const longWaitSeconds = 10 * 60;

const waitingIn = ({ depth }: QueueStats) => depth.pending + depth.scheduled + depth.blocked;

async function queues(operations: Operations): Promise<readonly Found[]> {
  const { items } = await operations.queues();
  const findings = items.flatMap((queue) => [
    ...undeclared(queue),
    ...paused(queue),
    ...overdue(queue),
    ...dead(queue),
  ]);
  return findings.length > 0 ? findings : [ok(`${items.length}, and nothing waits for long`)];
}

function undeclared(queue: QueueStats): Found[] {
  const count = waitingIn(queue);
  if (queue.declared || count === 0) return [];
  return [
    {
      level: 'bad',
      says: `the code does not know ${queue.name}, in which ${count} ${count === 1 ? 'waits' : 'wait'}`,
      means: 'nobody drains it',
      todo: `deploy code that declares it, or: npx millrace purge ${queue.name}`,
    },
  ];
}

function paused({ name, paused }: QueueStats): Found[] {
  if (!paused) return [];
  return [
    {
      ...{ level: 'warn', says: `${name} is paused`, means: 'nothing is claimed from it' },
      todo: `npx millrace audit --action pause tells who did it; npx millrace resume ${name}`,
    },
  ];
}

function overdue({ name, paused, declared, oldestPendingSeconds: age }: QueueStats): Found[] {
  if (paused || !declared || age < longWaitSeconds) return [];
  return [
    {
      level: 'bad',
      says: `the oldest in ${name} has been due for ${spanText(age)}`,
      means: 'no tick reaches the consumer, or it does not keep up',
      todo: `npx millrace history --queue ${name}: when nothing is done, look at the consumer's log`,
    },
  ];
}

function dead({ name, depth, capped }: QueueStats): Found[] {
  if (depth.dead === 0) return [];
  const count = `${depth.dead}${capped.includes('dead') ? ' or more' : ''}`;
  return [
    {
      level: 'warn',
      says: `${name} has ${count} dead letter${count === '1' ? '' : 's'}`,
      means: 'what has died waits for a person',
      todo: `npx millrace dead-letters groups --queue ${name}`,
    },
  ];
}

const lateSeconds = 10 * 60;

async function schedules(operations: Operations): Promise<readonly Found[]> {
  const { items } = await operations.schedules();
  const late = items.filter(({ nextDueAt }) => secondsSince(nextDueAt) > lateSeconds);
  const isPaused = items.filter((schedule) => schedule.paused);
  if (late.length + isPaused.length === 0) return [ok(`${items.length}, none overdue`)];
  return [
    ...late.map(
      ({ name, nextDueAt }): Found => ({
        level: 'bad',
        says: `${name} is overdue for ${spanText(secondsSince(nextDueAt))}`,
        means: 'no drain fires it: none runs, or its code does not know the rule',
        todo: 'npx millrace drain fires it now; then look at the ticks',
      }),
    ),
    ...isPaused.map(
      ({ name }): Found => ({
        ...{ level: 'warn', says: `${name} is paused`, means: 'its due times pass' },
        todo: `npx millrace schedules resume ${name}`,
      }),
    ),
  ];
}

/** By this machine's clock: minutes matter here, and no second. */
const secondsSince = (instant: string | null): number =>
  instant === null ? 0 : (Date.now() - Date.parse(instant)) / 1000;

async function drains(operations: Operations): Promise<readonly Found[]> {
  const { items } = await operations.drains({ limit: 1 });
  const [latest] = items;
  if (!latest) return [ok('none has had anything to do in the last week')];
  return [
    ok(`the latest that had anything to do ended ${spanText(secondsSince(latest.endedAt))} ago`),
  ];
}
