import type { Api, ApiRequest } from '#functions/http/api.ts';
import { heldStatus, holderOf, isSentOn } from '#functions/http/spread/holder.ts';
import { eachDatabase } from '#functions/http/spread/outcome.ts';
import type { MessageStatus } from '#queue/operate/message-status.ts';
import { databaseIn } from '#queue/spread/database-in-id.ts';
import { mayBeRecorded } from './unrecorded.ts';
import { type Watched, waitForChange } from './wait-for-change.ts';

/** The status in the database that has the message, now or once it has changed; undefined when no database has it. */
export async function statusOfSeveral(
  api: Api,
  request: ApiRequest,
  watched: Watched,
): Promise<MessageStatus | undefined> {
  const { id, waitMs } = watched;
  const each = eachDatabase(api, request, (database) => heldStatus(database, id));
  const holder = await holderOf(each, id);
  // What went straight to SQS is recorded in the database that its id names.
  const number = holder?.number ?? (mayBeRecorded(api, id) ? databaseIn(id) : each.count);
  if (number >= each.count || waitMs === 0) return holder?.answer;
  const later = await waitForChange(api, request, watched, number);
  // It may have been sent on to another database meanwhile.
  return later && isSentOn(later) ? (await holderOf(each, id))?.answer : later;
}
