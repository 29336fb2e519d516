// The program `millrace` as a process, and a deployment that it can reach by HTTP and by SQL.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { createApp } from '#functions/http/app.ts';
import { gatewayHandler } from '#functions/http/gateway-adapter.ts';
import { type ApiGateway, startApiGateway } from '#local/gateway/api-gateway.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { createApiDatabase, rules, secret } from '#test/support/functions/api.ts';
import { testRegistry } from '#test/support/functions/message-types.ts';
import { projectRoot } from '#test/support/project-root.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export type Environment = Readonly<Record<string, string>>;

const program = join(projectRoot, 'cli/millrace.ts');
const ours = /^(MILLRACE_|DATABASE_URL$|NO_COLOR$|FORCE_COLOR$)/;

// Hooks that are registered while another one runs are never called, so this one stands here.
const children = new Set<ChildProcess>();
const opened: ApiGateway[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(opened.map((gateway) => gateway.stop()));
});

/** Its input is no terminal and, unless it is given one, empty. */
export function startCli(words: readonly string[], environment: Environment, input = ''): Running {
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const child = spawn(process.execPath, [program, ...words], {
    cwd: projectRoot,
    env: { ...Object.fromEntries(kept), ...environment },
  });
  children.add(child);
  child.on('close', () => children.delete(child));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code, stdout, stderr }),
  );
  return { process: child, ended };
}

export const runCli = (words: readonly string[], environment: Environment, input?: string) =>
  startCli(words, environment, input).ended;

export interface Deployment extends TestDatabase {
  readonly byHttp: Environment;
  readonly bySql: Environment;
}

/** Knows the tests' message types, and a caller with every scope. */
export async function deployment(): Promise<Deployment> {
  const database = await createApiDatabase();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const app = createApp({
    ...{ databases: [database.database], registry: testRegistry, log },
    ...{
      allowedOrigins: [],
      callerRules: rules(),
      statusTokenKey: async () => 'the key of all tests',
    },
  });
  const gateway = await startApiGateway({ handler: gatewayHandler(app) });
  opened.push(gateway);
  return {
    ...database,
    byHttp: { MILLRACE_URL: `http://127.0.0.1:${gateway.port}`, MILLRACE_API_KEY: secret },
    bySql: { DATABASE_URL: database.directUrl },
  };
}
