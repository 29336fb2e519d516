// The server of npm start on a database of the tests, with the application that has a queue for each way things can be.
import { join } from 'node:path';
import { freePort } from '#local/loopback/free-port.ts';
import { runningStart } from '#test/support/docs/running-start.ts';
import { projectRoot } from '#test/support/project-root.ts';

export interface StartedServer {
  readonly url: string;
  stop(): Promise<void>;
}

interface Start {
  readonly databaseUrl: string;
  /** Its data folder. */
  readonly data: string;
  readonly flags?: readonly string[];
  readonly port?: number;
}

export async function runStart({
  databaseUrl,
  data,
  flags = [],
  port,
}: Start): Promise<StartedServer> {
  const at = port ?? (await freePort());
  const registry = join(import.meta.dirname, 'application/registry.ts');
  const { stop } = await runningStart({
    folder: projectRoot,
    flags: ['--port', String(at), '--data', data, '--registry', registry, ...flags],
    environment: { ...process.env, DATABASE_URL: databaseUrl },
  });
  return { url: `http://127.0.0.1:${at}`, stop };
}
