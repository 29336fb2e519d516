// The routes of what is written down: what drains did, and what operators did.
import * as z from 'zod';
import type { AuditLine, Drain } from '#client/deployment-answers.ts';
import { instant } from '#functions/http/read/instant.ts';
import { text } from '#functions/http/read/text.ts';
import type { Route } from '#functions/http/route.ts';
import { listAudit } from '#queue/operate/audit.ts';
import { listDrains } from '#queue/operate/drains.ts';
import { moment } from './answer-values.ts';
import { exampleInstant } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { nextCursor, pageCursor, pageParameters } from './page-cursor.ts';
import { inPages } from './spread.ts';

const count = z.int().min(0);
const drainCursor = pageCursor(instant);
const lineCursor = pageCursor(z.string().regex(/^\d{1,18}$/));

export const drainAnswer = z.object({
  endedAt: moment,
  queues: z.array(
    z.object({
      queue: z.string(),
      claimed: count,
      done: count,
      retried: count,
      snoozed: count,
      dead: count,
      released: count.describe('Claimed, and given back unstarted.'),
      stale: count.describe('Whose lease was lost: nothing of their outcome was recorded.'),
      runMs: count.nullable().describe('How long handlers ran in all.'),
    }),
  ),
}) satisfies z.ZodType<Drain>;

const exampleDrain = {
  endedAt: exampleInstant,
  queues: [
    {
      queue: 'payments',
      claimed: 40,
      done: 38,
      retried: 1,
      snoozed: 0,
      dead: 1,
      released: 0,
      stale: 0,
      runMs: 9200,
    },
  ],
} satisfies Drain;

export const auditLine = z.object({
  id: z.string(),
  at: moment,
  actor: z.string().describe('The name of the caller, or the database login of who used SQL.'),
  sessionRole: z.string().nullable().describe('The database login.'),
  action: z.string(),
  target: z.unknown(),
  affected: z.int(),
}) satisfies z.ZodType<AuditLine>;

const exampleLine = {
  id: '17',
  at: exampleInstant,
  actor: 'ada',
  sessionRole: 'millrace',
  action: 'pause',
  target: { queue: 'payments' },
  affected: 1,
} satisfies AuditLine;

export const recordRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/drains',
    spread: inPages('drains'),
    summary: 'Lists the drains of the last week that did something, newest first.',
    scope: 'read',
    query: z.strictObject({
      queue: text.exactOptional().describe('Only what they did in this queue.'),
      ...pageParameters(drainCursor.form),
    }),
    answer: z.object({ items: z.array(drainAnswer), nextCursor }),
    example: { answer: { items: [exampleDrain], nextCursor: null } },
    run: async (database, { query: { cursor, ...page } }) => {
      const from = cursor === undefined ? undefined : drainCursor.read(cursor);
      const found = await listDrains(database, { ...page, cursor: from });
      return { ...found, nextCursor: found.nextCursor && drainCursor.write(found.nextCursor) };
    },
  }),
  operatorRoute({
    method: 'GET',
    path: '/v1/audit',
    spread: inPages('audit'),
    summary: 'Lists what operators did, newest first.',
    scope: 'operate',
    query: z.strictObject({
      actor: text.exactOptional().describe('Only what this one did.'),
      action: text.exactOptional().describe('Only this, such as purge.'),
      ...pageParameters(lineCursor.form),
    }),
    answer: z.object({ items: z.array(auditLine), nextCursor }),
    example: { answer: { items: [exampleLine], nextCursor: null } },
    run: async (database, { number, query: { cursor, ...page } }) => {
      const from = cursor === undefined ? undefined : lineCursor.read(cursor);
      const found = await listAudit(database, { ...page, cursor: from });
      // Each database counts its own lines.
      const items = found.items.map((line) =>
        number ? { ...line, id: `${number}-${line.id}` } : line,
      );
      return { items, nextCursor: found.nextCursor && lineCursor.write(found.nextCursor) };
    },
  }),
];
