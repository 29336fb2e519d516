// Time travel by moving rows: the database's clock stays as it is, and every time that it is compared with moves into the
// past. A clock that could be set would have to be set in Postgres, in Node and in the handlers alike.
import type { Database } from '#queue/database.ts';
import { type Duration, secondsOf } from '#queue/declare/duration.ts';

/**
 * Afterwards it is for every message, lease, key, limit and schedule as if that much time had passed. Throws a TypeError
 * unless the duration is longer than nothing.
 */
export async function travel(database: Database, duration: Duration): Promise<void> {
  const passed = secondsOf(duration);
  if (!(passed > 0))
    throw new TypeError('travel goes forward: give days, hours, minutes or seconds');
  for (const statement of moves) await database.query(statement, [passed]);
}

// A blocked delivery has the time 'infinity', which stays what it is: it waits for the head of its group, not for a time.
const moves = [
  `update millrace.delivery
   set available_at = available_at - make_interval(secs => $1),
     lease_expires_at = lease_expires_at - make_interval(secs => $1),
     due_at = due_at - make_interval(secs => $1)`,
  `update millrace.parcel
   set available_at = available_at - make_interval(secs => $1),
     lease_expires_at = lease_expires_at - make_interval(secs => $1)`,
  `update millrace.message set created_at = created_at - make_interval(secs => $1)`,
  `update millrace.attempt
   set started_at = started_at - make_interval(secs => $1), finished_at = finished_at - make_interval(secs => $1)`,
  'update millrace.done_attempts set finished_at = finished_at - make_interval(secs => $1)',
  `update millrace.step
   set started_at = started_at - make_interval(secs => $1), finished_at = finished_at - make_interval(secs => $1),
     due_at = due_at - make_interval(secs => $1)`,
  'update millrace.event set sent_at = sent_at - make_interval(secs => $1)',
  'update millrace.dead_letter set died_at = died_at - make_interval(secs => $1)',
  'update millrace.idempotency_key set expires_at = expires_at - make_interval(secs => $1)',
  'update millrace.in_flight set lease_expires_at = lease_expires_at - make_interval(secs => $1)',
  'update millrace.rate set saved_at = saved_at - make_interval(secs => $1)',
  `update millrace.schedule
   set next_due_at = next_due_at - make_interval(secs => $1), last_due_at = last_due_at - make_interval(secs => $1)`,
];
