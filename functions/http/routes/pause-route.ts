// Pausing and resuming, which queues and schedules have in common.
import * as z from 'zod';
import type { Route } from '#functions/http/route.ts';
import type { Database } from '#queue/database.ts';
import { operatorRoute } from './operator-route.ts';
import type { DeclaredSpread } from './spread.ts';

const pausedAnswer = z.object({ name: z.string(), paused: z.boolean() });

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
}

/** Pauses or resumes what the path names. The answer is the same whether it was paused before or not. */
export function pauseRoute({ exampleName, paused, set, ...description }: PauseRoute): Route {
  return operatorRoute({
    ...description,
    method: 'POST',
    scope: 'operate',
    answer: pausedAnswer,
    example: { answer: { name: exampleName, paused } },
    run: async (database, { target, actor }) => {
      await set(database, target, actor);
      return { name: target, paused };
    },
  });
}
