// Pausing and resuming, which queues, fairness keys and schedules have in common.
import * as z from 'zod';
import { messageKey } from '#functions/http/enqueue/message-envelope.ts';
import type { Route } from '#functions/http/route.ts';
import type { Database } from '#queue/database.ts';
import { operatorRoute } from './operator-route.ts';
import type { DeclaredSpread } from './spread.ts';

const pausedAnswer = z.object({ name: z.string(), paused: z.boolean() });

const ofOneKey = z.strictObject({
  fairnessKey: messageKey
    .exactOptional()
    .describe('Only what the queue, which is fair, has for this key.'),
});

interface PauseRoute {
  readonly path: string;
  readonly summary: string;
  readonly missing: string;
  readonly exampleName: string;
  /** What the route makes of it: true for a pause, false for a resume. */
  readonly paused: boolean;
  /** Queues are paused in all databases, and schedules in the one that has them. */
  readonly spread: DeclaredSpread;
  readonly set: (database: Database, name: string, actor: string) => Promise<void>;
  /** For what has fairness keys that can be paused. */
  readonly setKey?: (
    database: Database,
    of: { readonly queue: string; readonly fairnessKey: string; readonly actor: string },
  ) => Promise<void>;
}

/** Pauses or resumes what the path names. The answer is the same whether it was paused before or not. */
export function pauseRoute(declared: PauseRoute): Route {
  const { exampleName, paused, set, setKey, ...description } = declared;
  return operatorRoute({
    ...description,
    method: 'POST',
    scope: 'operate',
    ...(setKey && { body: ofOneKey, isBodyOptional: true }),
    answer: setKey
      ? pausedAnswer.extend({ fairnessKey: z.string().exactOptional() })
      : pausedAnswer,
    example: { ...(setKey && { body: {} }), answer: { name: exampleName, paused } },
    run: async (database, { target, body: { fairnessKey }, actor }) => {
      if (!setKey || fairnessKey === undefined) {
        await set(database, target, actor);
        return { name: target, paused };
      }
      await setKey(database, { queue: target, fairnessKey, actor });
      return { name: target, fairnessKey, paused };
    },
  });
}
