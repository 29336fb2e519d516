// Arms wake-ups of the consumer: one-time schedules, each named by its time, so that whoever needs one at about the same
// time needs the same one, and it makes no difference how often it is armed.

import type { AwsAccess } from '#functions/aws/access.ts';
import { createSchedule } from '#functions/aws/create-schedule.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import type { Log } from '#queue/log.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { ArmWakeUp } from '#queue/routines/next-due.ts';
import { forDatabase, scheduledWakeUp } from './wake-up-event.ts';
import { stepMs, wakeUpTime } from './wake-up-time.ts';

export interface WakeUpTarget {
  readonly access: AwsAccess;
  readonly group: string;
  readonly roleArn: string;
  readonly consumerArn: string;
  /** The number of the database that it is woken for. */
  readonly database: number;
}

/** When AWS's clock is ahead of the database's, the time may be over there. So many further ones are tried. */
const mostSteps = 4;
/** So many are remembered as armed. A busy container arms each half minute once. */
const mostRemembered = 20;

/** What cannot be armed is logged as lost. */
export function armWakeUps({ database, ...target }: WakeUpTarget, log: Log): ArmWakeUp {
  const armed = new Set<string>();
  const input = forDatabase(database, scheduledWakeUp);
  const arm = async (at: Date, timeoutMs: number): Promise<'armed' | 'past'> => {
    const name = wakeUpName(at, database);
    if (armed.has(name)) return 'armed';
    const { consumerArn: targetArn, ...schedules } = target;
    const { access, ...schedule } = { ...schedules, name, at, targetArn, input, timeoutMs };
    if ((await createSchedule(access, schedule)) === 'past') return 'past';
    armed.add(name);
    const [oldest] = armed;
    if (armed.size > mostRemembered && oldest !== undefined) armed.delete(oldest);
    return 'armed';
  };
  return async ({ now, dueAt }, timeoutMs) => {
    if (dueAt === null) return;
    const endsAt = monotonicMs() + timeoutMs;
    try {
      let at = wakeUpTime({ now: new Date(now), dueAt: new Date(dueAt) });
      for (let step = 0; (await arm(at, endsAt - monotonicMs())) === 'past'; step += 1) {
        if (step === mostSteps) throw new Error('each of the times is past');
        at = new Date(at.getTime() + stepMs);
      }
      log.debug('wake-up armed', { at: at.toISOString() });
    } catch (error) {
      log.warn('wake-up lost', { dueAt, error: errorAttributes(error) });
    }
  };
}

/** Such as wake-20261128T234530Z, and with the database's number behind it for all but the first. */
const wakeUpName = (at: Date, database: number) =>
  `wake-${at.toISOString().replace(/[-:]|\.\d+/g, '')}${database ? `-${database}` : ''}`;
