// Options that a browser may not give, unless the message's type lets it.
import { type Fault, faultAt } from '#functions/http/fault.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';

/** The options of a message, as far as browsers are limited in them. */
type Options = Pick<
  NewMessage,
  'priority' | 'replace' | 'groupKey' | 'fairnessKey' | 'delaySeconds' | 'scheduledAt'
>;

/** What a browser has asked for beyond the limits of the type. A type that is not public is refused as a whole. */
export function browserFaults(type: AnyMessageType, options: Options, pointer: string): Fault[] {
  const limits = type.public;
  if (!limits) return [];
  const { priority = limits.priority, replace = false, groupKey, fairnessKey } = options;
  const refuse = (option: keyof Options, detail: string) =>
    faultAt(`${pointer}/${option}`, 'option_not_allowed', `browsers may not ${detail}`);
  const faults: Fault[] = [];
  if (priority < limits.priority)
    faults.push(refuse('priority', `give this type a priority below ${limits.priority}`));
  if (replace && !limits.replace) faults.push(refuse('replace', 'replace messages of this type'));
  // With a key of its own for each message it would have a share for each.
  if (fairnessKey !== undefined) faults.push(refuse('fairnessKey', 'say for whom a message is'));
  if (groupKey !== undefined && delayOf(options) > limits.groupDelaySeconds)
    faults.push(
      refuse(
        options.scheduledAt === undefined ? 'delaySeconds' : 'scheduledAt',
        `delay a group's message of this type by more than ${limits.groupDelaySeconds} s`,
      ),
    );
  return faults;
}

/** In seconds. By this machine's clock, which is near enough for a limit; the database's decides when it is due. */
function delayOf({ delaySeconds = 0, scheduledAt }: Options): number {
  if (scheduledAt === undefined) return delaySeconds;
  return (Date.parse(scheduledAt) - Date.now()) / 1_000;
}
