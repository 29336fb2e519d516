// npm start, as a user runs it: the HTTP API, the endpoint and ticks in a process of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../local/loopback/free-port.ts';

export interface LocalMillrace {
  post(type: string, payload: unknown): Promise<string>;
  /** Milliseconds since the epoch when the message's last delivery ended; undefined while one has not. */
  finishedAt(id: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

/** words: those of the command line beside port and folder, such as --every. */
export async function startLocalMillrace(
  databaseUrl: string,
  words: readonly string[],
): Promise<LocalMillrace> {
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      join(root, 'cli/millrace.ts'),
      'start',
      '--port',
      String(port),
      '--data',
      dataFolder,
      ...words,
    ],
    {
      cwd: root,
      env: { ...process.env, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await readyUrl(server.stdout);
  // Read to its end, or the server would wait for room in the pipe.
  server.stdout.resume();
  const apiKey = (await readFile(join(dataFolder, 'api-key'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  return {
    async post(type, payload) {
      const body = JSON.stringify({ type, payload });
      const answer = await fetch(`${url}/v1/messages`, { method: 'POST', headers, body });
      if (answer.status !== 202) throw new Error(`POST /v1/messages answered ${answer.status}`);
      const { id } = (await answer.json()) as { id: string };
      return id;
    },
    async finishedAt(id) {
      const answer = await fetch(`${url}/v1/messages/${id}`, { headers });
      const { deliveries } = (await answer.json()) as Progress;
      const ends = deliveries.map(({ finishedAt }) => Date.parse(finishedAt ?? ''));
      return ends.some(Number.isNaN) ? undefined : Math.max(...ends);
    },
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
    },
  };
}

const dataFolder = join(import.meta.dirname, '.millrace', 'local');

interface Progress {
  readonly deliveries: readonly { readonly finishedAt: string | null }[];
}

async function readyUrl(stdout: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: stdout });
  for await (const line of lines) {
    const url = /^ready on (\S+)/.exec(line)?.[1];
    if (url) {
      lines.close();
      return url;
    }
  }
  throw new Error('npm start ended before it was ready');
}
