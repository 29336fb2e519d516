// What each route does where there are several databases, by the names that routes declare. It is a file of its own in the bundle,
// which a deployment on a single database never reads.
import * as z from 'zod';
import type { OpenChord } from '#client/chord-answers.ts';
import type { DeadLetter, Discarded, Redriven } from '#client/dead-letter-answers.ts';
import type { AuditLine, Drain } from '#client/deployment-answers.ts';
import type { QueueStats } from '#client/queue-answers.ts';
import { byInstant, byText, latest } from '#functions/http/spread/compare.ts';
import { atHolder, isSentOn } from '#functions/http/spread/holder.ts';
import { inPages } from '#functions/http/spread/pages.ts';
import { inPortions } from '#functions/http/spread/portions.ts';
import { inAll, ofAll, ofFirst } from '#functions/http/spread/spread.ts';
import type { BlockedGroup } from '#queue/operate/blocked-groups.ts';
import type { ListedMessage, MessageList } from '#queue/operate/messages.ts';
import type { Purged } from '#queue/operate/purge.ts';
import { inChosenPortions } from './chosen-portions.ts';
import { writeCursor } from './dead-letter-cursor.ts';
import { mergedChain } from './merged-chain.ts';
import { mergedPausedKeys, mergedWaitingKeys } from './merged-fairness-keys.ts';
import { mergedHistory } from './merged-history.ts';
import { mergedKeys } from './merged-keys.ts';
import { mergedLetterGroups } from './merged-letter-groups.ts';
import { mergedDetail, mergedStats } from './merged-stats.ts';
import { pageCursor } from './page-cursor.ts';

interface Queues {
  readonly items: readonly QueueStats[];
}

interface PurgeAsked {
  readonly body: { readonly confirm: string; readonly limit: number };
}

const { write } = pageCursor(z.string());

export const several = {
  first: ofFirst,
  holder: atHolder,
  /** All answer alike. */
  alike: inAll(([first]) => first),
  keys: ofAll(mergedKeys),
  queues: ofAll<Queues>((answers) => ({ items: mergedStats(answers.map(({ items }) => items)) })),
  queue: ofAll(mergedDetail),
  history: ofAll(mergedHistory),
  chain: ofAll(mergedChain),
  letterGroups: ofAll(mergedLetterGroups),
  messages: inPages<ListedMessage, Pick<MessageList, 'searchedTo'>>({
    order: (one, other) => byText(other.id, one.id),
    cursorOf: ({ id }) => write(id),
    rest: (pages, isFull) => ({
      searchedTo: isFull ? null : pages.map((page) => page.searchedTo).reduce(latest),
    }),
    isHidden: isSentOn,
  }),
  letters: inPages<DeadLetter>({
    order: (one, other) =>
      byInstant(other.diedAt, one.diedAt) || byText(other.messageId, one.messageId),
    // Behind all letters of this message that died at that instant.
    cursorOf: ({ diedAt, messageId }) => writeCursor({ diedAt, messageId, queueId: 0 }),
  }),
  blockedGroups: inPages<BlockedGroup>({
    order: (one, other) => byText(one.groupKey, other.groupKey),
    cursorOf: ({ groupKey }) => groupKey,
  }),
  chords: inPages<OpenChord>({
    order: (one, other) => byText(one.id, other.id),
    cursorOf: ({ id }) => write(id),
  }),
  pausedKeys: ofAll(mergedPausedKeys),
  waitingKeys: ofAll(mergedWaitingKeys),
  drains: inPages<Drain>({
    order: (one, other) => byInstant(other.endedAt, one.endedAt),
    cursorOf: ({ endedAt }) => write(endedAt),
  }),
  audit: inPages<AuditLine>({
    order: (one, other) => byInstant(other.at, one.at),
    cursorOf: ({ id }) => write(id.replace(/.*-/, '')),
  }),
  purge: inPortions<PurgeAsked, Purged>({
    limit: ({ body }) => body.limit,
    rest: (asked, limit) => ({ ...asked, body: { ...asked.body, limit } }),
    count: ({ cancelled }) => cancelled,
    add: (before, answer) => ({ ...answer, cancelled: before.cancelled + answer.cancelled }),
  }),
  discard: inChosenPortions((before, answer: Discarded) => ({
    ...answer,
    matched: before.matched + answer.matched,
    discarded: before.discarded + answer.discarded,
  })),
  redrive: inChosenPortions((before, answer: Redriven) => ({
    ...answer,
    matched: before.matched + answer.matched,
    redriven: before.redriven + answer.redriven,
  })),
};
