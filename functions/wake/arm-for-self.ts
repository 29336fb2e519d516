// Arming in the consumer: it wakes itself, so it is the target of what it arms.
import { functionArn } from '#functions/aws/function-arn.ts';
import type { Log } from '#queue/log.ts';
import type { ArmWakeUp } from '#queue/routines/next-due.ts';
import { armWakeUps } from './arm-wake-up.ts';
import type { WakeUpSettings } from './wake-up-settings.ts';

/** Undefined in a deployment that does not sleep. invokedArn: as the invocation's context has it. database: its number. */
export function armForSelf(
  { access, schedules }: WakeUpSettings,
  { invokedArn, database }: { readonly invokedArn: string; readonly database: number },
  log: Log,
): ArmWakeUp | undefined {
  if (!schedules) return undefined;
  const consumerArn = functionArn(invokedArn);
  return armWakeUps({ access, consumerArn, database, ...schedules }, log);
}
