// A clock that may jump, for everything but Postgres. Postgres keeps its own time: when the clock jumps, all that waits in its
// tables is moved back by as much, and what it says of times is translated for whoever lives by the clock.
import { vi } from 'vitest';
import type { Database } from '#queue/database.ts';
import { intercept } from '#test/support/queue/intercept.ts';

type Query = (text: string, parameters?: unknown[]) => Promise<unknown>;

export interface MovedClock {
  /** In milliseconds, as Date.now() has it. */
  now(): number;
  /** Lets the time come, if it has not; late by a second at most, since the clock jumps by whole ones. */
  until(time: number): Promise<void>;
  /** The database as those see it who live by this clock. */
  database(database: Database): Database;
  /** A time of the database's, such as a column of a row that a test reads. */
  seen(time: Date): number;
}

/** All that waits for a time, or is past at one. History stays where it is: nothing in a week of it depends on it. */
const move = `with
  delivery as (update millrace.delivery set available_at = available_at - $1::interval,
    lease_expires_at = lease_expires_at - $1::interval, due_at = due_at - $1::interval),
  schedule as (update millrace.schedule set next_due_at = next_due_at - $1::interval,
    last_due_at = last_due_at - $1::interval),
  idempotency_key as (update millrace.idempotency_key set expires_at = expires_at - $1::interval),
  parcel as (update millrace.parcel set available_at = available_at - $1::interval,
    lease_expires_at = lease_expires_at - $1::interval),
  in_flight as (update millrace.in_flight set lease_expires_at = lease_expires_at - $1::interval),
  rate as (update millrace.rate set saved_at = saved_at - $1::interval),
  wake_up as (update millrace.wake_up set covered_until = covered_until - $1::interval)
  update millrace.setting set maintained_at = maintained_at - $1::interval`;

/** Moves Date for the whole test file, until its globals are unstubbed. */
export function movedClock(query: Query): MovedClock {
  const RealDate = Date;
  // Whole seconds, so that the fractions in a text need not be touched.
  let aheadMs = 0;
  const now = () => RealDate.now() + aheadMs;
  vi.stubGlobal(
    'Date',
    class extends RealDate {
      constructor(...parts: [] | [string | number | Date]) {
        super(...((parts.length === 0 ? [now()] : parts) as [number]));
      }
      static override now = now;
    },
  );
  return {
    now,
    async until(time) {
      const seconds = Math.ceil((time - now()) / 1000);
      if (seconds <= 0) return;
      await query(move, [`${seconds} seconds`]);
      aheadMs += seconds * 1000;
    },
    database: (database) =>
      intercept(database, async ({ text, parameters }) => {
        const sent = parameters.map((value) => shifted(value, -aheadMs));
        return shifted(await database.query(text, sent), aheadMs) as never[];
      }),
    seen: (time) => time.getTime() + aheadMs,
  };
}

const isoTime = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?=[.+Z-])/g;

/** The same with every time in it moved, wherever it stands. */
function shifted(value: unknown, byMs: number): unknown {
  if (typeof value === 'string')
    return value.replaceAll(isoTime, (time) => {
      const moved = new Date(Date.parse(`${time.replace(' ', 'T')}Z`) + byMs).toISOString();
      return moved.slice(0, time.length).replace('T', time.charAt(10));
    });
  if (value instanceof Date) return new Date(value.getTime() + byMs);
  if (Array.isArray(value)) return value.map((each) => shifted(each, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shifted(each, byMs)]));
}
