import type { Registry } from './registry.ts';
import type { Schedule } from './schedule.ts';

/** What the database has of a schedule. */
interface StoredSchedule {
  readonly name: string;
  readonly rule: string;
  readonly timeZone: string | null;
}

/**
 * The code's own schedule. Undefined where the database has a rule that only other code knows, as it may while another release
 * is being deployed, and after a rollback.
 */
export function knownSchedule(
  { schedules }: Pick<Registry, 'schedules'>,
  { name, rule, timeZone }: StoredSchedule,
): Schedule | undefined {
  const schedule = schedules.get(name);
  const isKnown = schedule?.rule.text === rule && schedule.rule.timeZone === timeZone;
  return isKnown ? schedule : undefined;
}
