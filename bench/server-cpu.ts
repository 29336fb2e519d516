// The CPU time of Postgres: of all its processes, since checkpoints and autovacuum are paid for as well.
import { readFile } from 'node:fs/promises';

/** The unit of /proc/PID/stat, everywhere where Node runs on Linux. */
const tickMs = 10;

/**
 * Milliseconds since the server started, those of processes that have ended included. Live ones are read to the nanosecond,
 * ended ones to 10 ms. Undefined where the system has no /proc.
 */
export async function serverCpuMs(postmaster: number): Promise<number | undefined> {
  const children = await read(`${postmaster}/task/${postmaster}/children`);
  if (children === undefined) return undefined;
  const alive = await Promise.all(children.trim().split(' ').filter(Boolean).map(runMs));
  const own = await read(`${postmaster}/stat`);
  // One that ended in between is counted among the ended ones the next time.
  if (own === undefined || alive.includes(undefined)) return serverCpuMs(postmaster);
  return alive.reduce<number>((sum, ms = 0) => sum + ms, endedMs(own));
}

async function runMs(process: string): Promise<number | undefined> {
  const text = await read(`${process}/schedstat`);
  return text === undefined ? undefined : Number(text.split(' ')[0]) / 1_000_000;
}

/** Of the postmaster itself and of the processes that it has seen to their end. */
function endedMs(stat: string): number {
  // The second field is a name in brackets, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * tickMs, 0);
}

const read = (path: string): Promise<string | undefined> =>
  readFile(`/proc/${path}`, 'utf8').catch(() => undefined);
