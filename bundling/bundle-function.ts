// How a function and the application that it serves become one small file, which starts fast and still shows readable stack
// traces. The cloud and the laptop run the same files.
import { dirname, extname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { Application } from './application.ts';
import { type BundlingOptions, bundle } from './bundle.ts';
import { bundleConsole } from './bundle-console.ts';
import { copySql } from './copy-sql.ts';

/** The files in functions/ that make one, with the name of what they export. */
const factories = {
  http: 'createHttpHandler',
  'sending-http': 'createSendingHttpHandler',
  consumer: 'createConsumerHandler',
  'relaying-consumer': 'createRelayingConsumerHandler',
  migrate: 'createMigrateHandler',
  'sqs-consumer': 'createSqsConsumerHandler',
  'sqs-dead-letters': 'createSqsDeadLetterHandler',
} as const;

export type FunctionName = keyof typeof factories;

/** Neon's protocol over HTTP and WebSocket, or Postgres's own over TCP. One of them is in a bundle, and nothing of the other. */
export type Driver = 'neon' | 'pg';

export const drivers: readonly Driver[] = ['neon', 'pg'];

export interface FunctionBundling extends BundlingOptions {
  /** Default: `neon`. */
  readonly driver?: Driver | undefined;
}

/**
 * Writes `index.mjs` into the folder, which exports `handler`; for `migrate` also the SQL files, and for `http` and `sending-http` the
 * console, which lie beside it. The
 * application's TypeScript is read with its own tsconfig.json and its own node_modules. Throws as bundle() does, and when the
 * application imports another copy of Millrace than this one.
 */
export function bundleFunction(
  name: FunctionName,
  application: Application,
  folder: string,
  { driver = 'neon', ...options }: FunctionBundling = {},
): void {
  const entry = entryOf(name, application, driver);
  const metafile = bundle(entry, { name, application, folder, options });
  requireOneCopy(metafile);
  if (name === 'http' || name === 'sending-http') bundleConsole(join(folder, 'console'));
  if (name === 'migrate') copySql(folder, application.migrations);
}

/** As anybody would write it who had to. */
function entryOf(name: FunctionName, { registry }: Application, driver: Driver): string {
  const factory = factories[name];
  const file = `${name}${extname(import.meta.filename)}`;
  const own = join(import.meta.dirname, '../functions', driver === 'pg' ? 'pg' : '.', file);
  return `import { registry } from ${JSON.stringify(registry)};
import { ${factory} } from ${JSON.stringify(own)};
export const handler = ${factory}(registry);
`;
}

/**
 * With two copies, the errors of one's reject() and snooze() would be any error to the other, and be retried. It happens
 * where one package of a workspace has another version than the one that deploys.
 */
export function requireOneCopy({ inputs }: Metafile): void {
  const copies = Object.keys(inputs).filter((path) => path.includes('queue/declare/ways-out.'));
  if (copies.length > 1)
    throw new Error(
      `The application imports another copy of millrace than the one that deploys it: ${copies.map((path) => dirname(path)).join(' and ')}. Install one version for both.`,
    );
}
