// How the other commands find a running server: the server announces its address and its key in a file of its data folder.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writePrivately } from '#local/postgres/private-file.ts';
import { commandLine } from './command-line.ts';

const form = z.object({
  /** The HTTP API's, without a slash at its end. */
  url: z.string(),
  apiKey: z.string(),
  /** For the Neon driver; of several databases one for each, separated by a space, as in the next. */
  databaseUrl: z.string(),
  /** For `pg` and psql. */
  postgresUrl: z.string(),
});

export type RunningServer = z.infer<typeof form>;

const fileIn = (dataDirectory: string) => join(dataDirectory, 'running.json');

/** Writes the file, readable by its owner alone because it holds the key and the password. Answers how to take it away. */
export async function announceServer(
  dataDirectory: string,
  server: RunningServer,
): Promise<() => Promise<void>> {
  await writePrivately(fileIn(dataDirectory), JSON.stringify(server));
  return () => rm(fileIn(dataDirectory), { force: true });
}

/**
 * The server that has announced itself in the folder and answers; with a port, only if it listens on that one.
 * Throws an Error that says what was found instead and what to do.
 */
export async function findServer(dataDirectory: string, port?: number): Promise<RunningServer> {
  const text = await readFile(fileIn(dataDirectory), 'utf8').catch(() =>
    nothingRuns(dataDirectory),
  );
  const server = form.parse(JSON.parse(text));
  const itsPort = new URL(server.url).port;
  if (port !== undefined && itsPort !== String(port))
    throw new Error(
      `The server on ${dataDirectory} listens on port ${itsPort}, not on ${port}: leave out --port, or name the other server's folder with --data`,
    );
  // A server that was killed leaves its announcement behind.
  await fetch(`${server.url}/v1/health`).catch(() => nothingRuns(dataDirectory));
  return server;
}

function nothingRuns(dataDirectory: string): never {
  throw new Error(
    `Nothing runs on ${dataDirectory}. Start it first, in another terminal: ${commandLine('start').replace(/ --$/, '')}`,
  );
}
