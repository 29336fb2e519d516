// What is wrong with a queue, in words, the worst first.
import type { QueueStats } from '#client/queue-answers.ts';
import { cappedCount, duration } from '#console/parts/words.ts';

export interface Finding {
  /** The higher, the sooner somebody should look. */
  readonly weight: number;
  readonly tone: 'bad' | 'warn';
  /** Ends a sentence that begins with the queue's name. */
  readonly says: string;
  /** Where there is more of it. */
  readonly href?: string;
}

/** A tick comes each minute, and a message waits for two at most; what waits longer has another reason. */
const longSeconds = 300;

export function findingsOf(queue: QueueStats): Finding[] {
  return [dead(queue), old(queue), undeclared(queue), paused(queue), retrying(queue), deep(queue)]
    .filter((finding) => finding !== undefined)
    .sort((left, right) => right.weight - left.weight);
}

/** Queues with what is wrong first, and then by name. */
export function worstFirst<Queue extends QueueStats>(queues: readonly Queue[]): Queue[] {
  const weightOf = (queue: Queue) => findingsOf(queue)[0]?.weight ?? 0;
  return [...queues].sort(
    (left, right) => weightOf(right) - weightOf(left) || left.name.localeCompare(right.name),
  );
}

type Look = (queue: QueueStats) => Finding | undefined;

const dead: Look = ({ name, depth, capped }) =>
  depth.dead > 0
    ? {
        weight: 60,
        tone: 'bad',
        says: `has ${many(depth.dead, capped.includes('dead'), 'dead letter')}`,
        href: `/console/dead-letters?queue=${encodeURIComponent(name)}`,
      }
    : undefined;

const old: Look = ({ depth, oldestPendingSeconds, paused, declared }) =>
  depth.pending > 0 && oldestPendingSeconds > longSeconds && !paused && declared
    ? {
        weight: 50,
        tone: 'bad',
        says: `has a message that has been waiting for ${duration(oldestPendingSeconds)}`,
      }
    : undefined;

const undeclared: Look = ({ declared, depth, capped }) =>
  declared
    ? undefined
    : {
        weight: 40,
        tone: depth.pending > 0 ? 'bad' : 'warn',
        says: `is in no code that is deployed, so nobody handles what is in it: ${many(depth.pending, capped.includes('pending'), 'message')}`,
      };

const paused: Look = ({ paused, depth, capped }) =>
  paused
    ? {
        weight: 30,
        tone: 'warn',
        says: `is paused with ${many(depth.pending, capped.includes('pending'), 'message')} waiting`,
      }
    : undefined;

const retrying: Look = ({ retrying, capped }) =>
  retrying > 0
    ? {
        weight: 20,
        tone: 'warn',
        says: `retries ${many(retrying, capped.includes('retrying'), 'message')}`,
      }
    : undefined;

const deep: Look = ({ capped }) =>
  capped.includes('pending')
    ? { weight: 10, tone: 'warn', says: 'has more waiting than is counted' }
    : undefined;

const many = (value: number, isCapped: boolean, what: string): string =>
  `${cappedCount(value, isCapped)} ${what}${value === 1 ? '' : 's'}`;
