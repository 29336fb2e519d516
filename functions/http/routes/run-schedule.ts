// POST /v1/schedules/{name}/run: enqueues a schedule's message now.
import * as z from 'zod';
import { type Api, type ApiRequest, fresh, refuse, withDatabase } from '#functions/http/api.ts';
import { pathFault } from '#functions/http/read/path-fault.ts';
import type { Route } from '#functions/http/route.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import { runSchedule } from '#queue/operate/run-schedule.ts';
import { ScheduleNotRun, UnknownSchedule } from '#queue/unknown-names.ts';
import { exampleId } from './example-message.ts';

export const postScheduleRun: Route = {
  method: 'POST',
  path: '/v1/schedules/{name}/run',
  summary: "Enqueues a schedule's message now, beside its due times, whether it is paused or not.",
  scope: 'operate',
  status: 202,
  answer: z.object({ id: z.string().describe('Of the message.') }),
  example: { answer: { id: exampleId } },
  problems: ['not-found', 'schedule-not-run'],
  handle: (api) => async (request) => {
    const name = request.req.param('name') ?? '';
    const fault = pathFault(undefined, name);
    if (fault) return refuse(request, { kind: 'not-found', detail: fault });
    try {
      return request.json({ id: await run(api, request, name) }, 202, fresh);
    } catch (error) {
      if (error instanceof UnknownSchedule)
        return refuse(request, { kind: 'not-found', detail: 'No schedule has this name.' });
      if (!(error instanceof ScheduleNotRun)) throw error;
      logCause(api, name, error);
      return refuse(request, { kind: 'schedule-not-run', detail: `${error.message}.` });
    }
  },
};

/** The id of the message, for which a consumer is woken as for any that is enqueued. */
async function run(api: Api, request: ApiRequest, name: string): Promise<string | undefined> {
  const { registry, wakeUps } = api;
  // Both calls may be made again, also when their answer was lost: the message has its id before.
  const { enqueued, wake } = await runSchedule((call) => withDatabase(api, request, call), {
    name,
    registry,
    actor: request.get('caller').name,
    isEager: wakeUps?.isEager ?? false,
  });
  // In a deployment that sleeps, armAfterChange arms for it.
  if (wake) await wakeUps?.invoke();
  return enqueued[0]?.id;
}

/** What went wrong in the application's own code, whoever called is not told: it may speak of the payload. */
function logCause({ log }: Api, schedule: string, { cause }: ScheduleNotRun): void {
  if (cause !== undefined)
    log.error('schedule not run', { schedule, error: errorAttributes(cause) });
}
