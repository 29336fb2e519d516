// Arming in the consumer: it wakes itself, so it is the target of what it arms.
import type { Log } from '#queue/log.ts';
import type { ArmWakeUp } from '#queue/routines/next-due.ts';
import { armWakeUps } from './arm-wake-up.ts';
import type { WakeUpSettings } from './wake-up-settings.ts';

/** Undefined in a deployment that does not sleep. invokedArn: as the invocation's context has it. */
export function armForSelf(
  { access, schedules }: WakeUpSettings,
  invokedArn: string,
  log: Log,
): ArmWakeUp | undefined {
  if (!schedules) return undefined;
  // Without the version or alias by which it was invoked: the schedules' role may invoke the function only.
  const consumerArn = invokedArn.split(':').slice(0, 7).join(':');
  return armWakeUps({ access, consumerArn, ...schedules }, log);
}
