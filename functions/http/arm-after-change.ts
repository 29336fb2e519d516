// What an operator changes may make something due sooner than whatever wake-up is armed: a redrive, a replay, a resumed
// queue, also a cancelled head whose group goes on. So in a deployment that sleeps every such call asks what is due next.
import type { MiddlewareHandler } from 'hono';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import type { Database } from '#queue/database.ts';
import { nextDue } from '#queue/routines/next-due.ts';
import type { Api, ApiEnvironment } from './api.ts';

/** The operator's answer waits for the question no longer than this, in milliseconds. */
const budgetMs = 2_000;

/** Arms a wake-up when the route has changed something. Whatever goes wrong with that, the route's answer stands. */
export function armAfterChange(api: Api): MiddlewareHandler<ApiEnvironment> {
  return async (request, next) => {
    await next();
    // A failed call may have been carried out all the same: only its answer is lost then.
    if (request.res.status >= 400 && request.res.status < 500) return;
    await Promise.all(api.databases.map((database, number) => armFor(api, database, number)));
  };
}

async function armFor({ registry, wakeUps, log }: Api, database: Database, number: number) {
  try {
    const due = await nextDue(database, [...registry.queues.keys()], { budgetMs });
    await wakeUps?.arm(due, number);
  } catch (error) {
    log.warn('wake-up lost', { error: errorAttributes(error) });
  }
}
