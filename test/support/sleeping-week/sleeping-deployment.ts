// A deployment that sleeps, on the real code: two containers of the HTTP API, the drain, and arming by signed calls to a
// stand-in of AWS. Each invocation of the consumer may meet with trouble.
import { armForSelf } from '#functions/wake/arm-for-self.ts';
import { readWakeUpSettings } from '#functions/wake/wake-up-settings.ts';
import { createWakeUps } from '#functions/wake/wake-ups.ts';
import { startAws } from '#local/aws/aws-server.ts';
import type { OneTimeSchedules } from '#local/aws/one-time-schedules.ts';
import type { Database } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import type { ArmWakeUp } from '#queue/routines/next-due.ts';
import { type Answer, bearer, openApi } from '#test/support/functions/api.ts';
import type { Call } from '#test/support/functions/gateway-event.ts';
import { connectionLost, intercept } from '#test/support/queue/intercept.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

/** killed: the process dies at that statement, before or after it was carried out. away: no statement reaches the database. */
export type InvocationTrouble =
  | 'none'
  | 'away'
  | { readonly killedAt: number; readonly isCarriedOut: boolean };

interface Invoked {
  /** It was killed, or failed; Lambda repeats it. */
  readonly isLost: boolean;
  /** The wake-up for what is due next could not be armed. */
  readonly isUnarmed: boolean;
}

export interface Answered {
  readonly answer: Answer;
  /** The wake-up for it could not be armed. */
  readonly isUnarmed: boolean;
}

export interface SleepingDeployment {
  readonly schedules: OneTimeSchedules;
  /** By one of the two containers. */
  call(call: Call, container: 0 | 1): Promise<Answered>;
  invoke(trouble: InvocationTrouble): Promise<Invoked>;
  stop(): Promise<void>;
}

interface Options {
  readonly database: Database;
  readonly registry: Registry;
  /** AWS's clock, which is not quite the database's. */
  readonly now: () => Date;
  readonly awsTrouble: NonNullable<Parameters<typeof startAws>[0]['trouble']>;
}

const consumerArn = 'arn:aws:lambda:local:000000000000:function:consumer';

export async function sleepingDeployment(options: Options): Promise<SleepingDeployment> {
  const { database, registry, now, awsTrouble: trouble } = options;
  const aws = await startAws({ functions: new Map(), groups: ['wake-ups'], now, trouble });
  const settings = readWakeUpSettings({
    ...aws.environment,
    MILLRACE_CONSUMER_ARN: consumerArn,
    MILLRACE_WAKE_UP_GROUP: 'wake-ups',
    MILLRACE_WAKE_UP_ROLE: 'arn:aws:iam::000000000000:role/wake-ups',
  });
  if (!settings) throw new Error('the deployment does not sleep');
  const containers = [0, 1].map(() => {
    const log = recordingLog();
    return { log, api: openApi({ database, registry, wakeUps: createWakeUps(settings, log) }) };
  });
  return {
    schedules: aws.schedules,
    stop: aws.stop,
    async call(call, container) {
      const { log, api } = containers[container] as (typeof containers)[0];
      const [armingBefore, apiBefore] = [log.lines.length, api.log.length];
      const answer = await api.call({ headers: bearer(), ...call });
      const lines = [...log.lines.slice(armingBefore), ...api.log.slice(apiBefore)];
      return { answer, isUnarmed: lines.some(({ message }) => message === 'wake-up lost') };
    },
    async invoke(met) {
      const log = recordingLog();
      const arm = armForSelf(settings, { invokedArn: `${consumerArn}:1`, database: 0 }, log);
      return invoke({ database, registry, arm, log }, met);
    },
  };
}

interface Consumer {
  readonly database: Database;
  readonly registry: Registry;
  readonly arm: ArmWakeUp | undefined;
  readonly log: ReturnType<typeof recordingLog>;
}

/** Enough for what is planned. */
const timeLeftMs = 20_000;
/** Enough to look, and little more, since this time passes for real. */
const timeLeftWhileAwayMs = 2_100;

async function invoke(consumer: Consumer, trouble: InvocationTrouble): Promise<Invoked> {
  const { log } = consumer;
  const life = new Life(trouble);
  const drained = await drainInvocation({
    ...consumer,
    database: intercept(consumer.database, (_, run) => life.statement(run)),
    arm: (due, timeoutMs) => life.unlessDead(() => consumer.arm?.(due, timeoutMs)),
    remainingMs: () => life.remainingMs,
  }).catch(() => undefined);
  const arming = log.lines.filter(({ message }) => message.startsWith('wake-up '));
  if (trouble === 'away' && drained) throw new Error('a drain without its database has not failed');
  const isLost = drained === undefined || life.isDead;
  return { isLost, isUnarmed: arming.at(-1)?.message === 'wake-up lost' };
}

/** Of a process that may be killed: from then on nothing that it does has an effect. */
class Life {
  readonly #trouble: InvocationTrouble;
  readonly #bornAt = performance.now();
  #statements = 0;
  isDead = false;

  constructor(trouble: InvocationTrouble) {
    this.#trouble = trouble;
  }

  get remainingMs(): number {
    if (this.isDead) return 0;
    const leftMs = this.#trouble === 'away' ? timeLeftWhileAwayMs : timeLeftMs;
    return Math.max(0, leftMs - (performance.now() - this.#bornAt));
  }

  async statement<Row>(run: () => Promise<Row[]>): Promise<Row[]> {
    if (this.#trouble === 'away') throw connectionLost();
    if (this.#trouble === 'none') return run();
    this.#statements += 1;
    if (this.#statements === this.#trouble.killedAt && !this.isDead) {
      this.isDead = true;
      if (this.#trouble.isCarriedOut) await run();
    }
    if (this.isDead) throw new Error('killed');
    return run();
  }

  async unlessDead(act: () => Promise<void> | undefined): Promise<void> {
    if (!this.isDead) await act();
  }
}
