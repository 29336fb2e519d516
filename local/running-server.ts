// What a running `npm start` leaves in its data folder, so that `npm run demo` beside it finds it.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const form = z.object({ url: z.string(), apiKey: z.string(), databaseUrl: z.string() });

export type RunningServer = z.infer<typeof form>;

const fileIn = (dataDirectory: string) => join(dataDirectory, 'running.json');

/** Readable by its owner alone: it holds the key. Answers how to take it away again. */
export async function announceServer(
  dataDirectory: string,
  server: RunningServer,
): Promise<() => Promise<void>> {
  await mkdir(dataDirectory, { recursive: true });
  await writeFile(fileIn(dataDirectory), JSON.stringify(server), { mode: 0o600 });
  return () => rm(fileIn(dataDirectory), { force: true });
}

/** Throws an Error that says how to start one when none was announced there. */
export async function findServer(dataDirectory: string): Promise<RunningServer> {
  const text = await readFile(fileIn(dataDirectory), 'utf8').catch(() => {
    throw new Error(
      `Nothing runs on ${dataDirectory}. Start it first, in another terminal: npm start`,
    );
  });
  return form.parse(JSON.parse(text));
}
