// Which queues of an application are on SQS, for whoever builds what they need before anything runs. What is declared only the
// application's code can tell; but a synthesis may lack what that code reads when it is loaded, such as variables of its
// deployment. So it is loaded only where its text names an engine of SQS's.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile } from 'esbuild';
import type { Application } from './application.ts';
import { bundleRegistry } from './bundle-registry.ts';

export interface SqsQueue {
  readonly name: string;
  readonly engine: 'sqs' | 'sqs-fifo';
  /** What of its policy decides how the SQS queue and its consumer are made: see QueuePolicy. */
  readonly policy: {
    readonly concurrency: number;
    readonly timeoutSeconds: number;
    readonly maxAttempts: number;
    readonly priorities: readonly number[];
  };
}

/**
 * The queues on SQS, in the order of the registry; none, and none of the application's code is run, where the engine's name stands in
 * no file of it. Throws as bundle() does, and an Error with what the code has said when it cannot be loaded.
 */
export function sqsQueuesOf(application: Application): readonly SqsQueue[] {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-registry-'));
  try {
    if (!namesEngine(bundleRegistry(application, folder))) return [];
    return loaded(application, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Our own files name all engines, to say which there are. */
const own = ['queue', 'exports'].map((wing) => resolve(import.meta.dirname, '..', wing) + sep);

const namesEngine = ({ inputs }: Metafile): boolean =>
  Object.keys(inputs)
    .map((path) => resolve(path))
    .filter((path) => !own.some((folder) => path.startsWith(folder)))
    .some((path) => /(["'`])sqs(?:-fifo)?\1/.test(textOf(path)));

/** The entry is in no file, and plugins' inputs need not be. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * In a process of its own, which ends whatever the code has opened. It prints into a file, since the code may print, too.
 */
const loading = `import { writeFileSync } from 'node:fs';
const [, bundle, out] = process.argv;
const { registry } = await import(bundle);
const queues = [];
for (const { name, policy } of registry.queues.values()) {
  const { engine, concurrency, timeoutSeconds, maxAttempts, priorities } = policy;
  if (/^sqs/.test(engine))
    queues.push({ name, engine, policy: { concurrency, timeoutSeconds, maxAttempts, priorities } });
}
writeFileSync(out, JSON.stringify(queues));
process.exit(0);
`;

function loaded({ registry }: Application, folder: string): SqsQueue[] {
  const bundle = pathToFileURL(join(folder, 'index.mjs')).href;
  const out = join(folder, 'queues.json');
  const words = ['--input-type=module', '--enable-source-maps', '--eval', loading, bundle, out];
  const { status, stderr, error } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status === 0) return JSON.parse(readFileSync(out, 'utf8'));
  throw new Error(
    `Which queues of ${registry} are on SQS cannot be told, since it cannot be loaded:\n${stderr}`,
    { cause: error },
  );
}
