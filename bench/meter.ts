// What a piece of work made Postgres do, for each message: counts that say the same on every machine, and times.
import { readCounters, walBytes } from './counters.ts';
import type { Server } from './server.ts';
import { serverCpuMs } from './server-cpu.ts';

export interface Spent {
  readonly statementsPerMessage: number;
  readonly walBytesPerMessage: number;
  /** Accesses to pages in shared memory, whether they were there already or had to be read. */
  readonly buffersPerMessage: number;
  /** Time that Postgres spent on the system's statements, commits and waiting for locks included, for 1,000 messages. */
  readonly databaseMsPerThousand: number;
  /** CPU time of all processes of Postgres for 1,000 messages; left out where the system does not tell it. */
  readonly serverCpuMsPerThousand?: number;
}

export interface Meter {
  /** At the end of the work, before its connections are closed. */
  stop(): Promise<void>;
  /** When its connections are gone, since they report their times at their end. */
  spentOn(messages: number): Promise<Spent>;
}

export async function startMeter(server: Server, database: string): Promise<Meter> {
  const before = await readCounters(server, database);
  const [wal, cpu] = await readings(server);
  let [walAtEnd, cpuAtEnd] = [wal, cpu];
  return {
    async stop() {
      [walAtEnd, cpuAtEnd] = await readings(server);
    },
    async spentOn(messages) {
      const after = await readCounters(server, database);
      return {
        statementsPerMessage: (after.statements - before.statements) / messages,
        walBytesPerMessage: (walAtEnd - wal) / messages,
        buffersPerMessage: (after.buffers - before.buffers) / messages,
        databaseMsPerThousand: ((after.activeMs - before.activeMs) / messages) * 1000,
        ...(cpu !== undefined &&
          cpuAtEnd !== undefined && {
            serverCpuMsPerThousand: ((cpuAtEnd - cpu) / messages) * 1000,
          }),
      };
    },
  };
}

const readings = (server: Server) =>
  Promise.all([walBytes(server), serverCpuMs(server.processId)] as const);
