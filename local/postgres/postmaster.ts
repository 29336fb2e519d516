// What postmaster.pid says about the Postgres of a cluster, and how to stop one that an earlier launcher left behind.
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const pidFile = (cluster: string) => join(cluster, 'postmaster.pid');

/** Whether the given process is the cluster's postmaster and takes connections. */
export async function isReady(cluster: string, processId: number): Promise<boolean> {
  const lines = await readPidFile(cluster);
  return lines[0] === String(processId) && lines[7]?.trim() === 'ready';
}

/** Stops a Postgres that still runs on the cluster, and waits until it has ended. */
export async function stopOrphan(cluster: string): Promise<void> {
  const processId = Number((await readPidFile(cluster))[0]);
  if (!(processId > 1)) return;
  const commandLine = await commandLineOf(processId);
  if (isPostmasterOf(cluster, commandLine)) await stopAndWait(cluster, processId);
  // The process id now belongs to another program. Postgres would take that for a running server and refuse to start.
  else if (commandLine) await rm(pidFile(cluster), { force: true });
}

async function stopAndWait(cluster: string, processId: number): Promise<void> {
  const quitAt = Date.now() + 10_000;
  process.kill(processId, 'SIGINT');
  while (isPostmasterOf(cluster, await commandLineOf(processId))) {
    if (Date.now() > quitAt) process.kill(processId, 'SIGQUIT');
    await pause(20);
  }
}

const isPostmasterOf = (cluster: string, commandLine: string) =>
  commandLine.includes('postgres') && commandLine.includes(` -D ${cluster} `);

async function readPidFile(cluster: string): Promise<string[]> {
  return (await readFile(pidFile(cluster), 'utf8').catch(() => '')).split('\n');
}

/** Empty when there is no such process, or only a zombie that nobody has waited for. */
async function commandLineOf(processId: number): Promise<string> {
  if (process.platform === 'linux') {
    const words = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '');
    return words.replaceAll('\0', ' ');
  }
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(processId)]);
  return ps.then(({ stdout }) => `${stdout.trim()} `).catch(() => '');
}
