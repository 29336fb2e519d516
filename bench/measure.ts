// One measured section: what it took in time, and what it did to the server.
import { deadTuples, settleDown } from './counters.ts';
import { type Spent, startMeter } from './meter.ts';
import type { Server } from './server.ts';
import type { Addresses, Client } from './system.ts';
import { disconnect, type Workspace } from './workspace.ts';

export interface Sample extends Spent {
  readonly messages: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
  /** CPU time of the consumer's process for 1,000 messages. */
  readonly cpuMsPerThousand: number;
  /** In all tables of the system, afterwards. */
  readonly deadTuples: number;
}

export type Work = (client: Client) => Promise<number>;

/** Runs the work on a client of its own; it answers how many messages it was. */
export async function measure(
  server: Server,
  workspace: Workspace,
  work: Work,
  addresses: Addresses = workspace.addresses,
): Promise<Sample> {
  await settleDown(server, workspace);
  const client = await workspace.system.connect(addresses, workspace.shape);
  const meter = await startMeter(server, workspace.database);
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const messages = await work(client);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await meter.stop();
  await client.close();
  await disconnect(server, workspace.database);
  return {
    messages,
    seconds,
    messagesPerSecond: messages / seconds,
    ...(await meter.spentOn(messages)),
    cpuMsPerThousand: (user + system) / messages,
    deadTuples: await deadTuples(workspace),
  };
}
