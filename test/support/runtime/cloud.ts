// One deployment, without AWS: the three bundles of a cloud assembly, each run as Lambda runs it, on a database of its own and
// the stand-in of AWS, which keeps the connection string.
import { afterAll } from 'vitest';
import { WAKE_UP_GROUP } from '#functions/environment.ts';
import { type AwsServer, startAws } from '#local/aws/aws-server.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import type { CloudAssembly } from '#test/support/infra/cloud-assembly.ts';
import { arnOf, type DeployedFunction, environmentOf } from './deployed-function.ts';
import { type Outcome, Sandbox, type SandboxOptions } from './sandbox.ts';

/** By the beginnings of their logical ids in the template. */
const paths = {
  http: 'MillraceHttpHandler',
  consumer: 'MillraceConsumerHandler',
  migrate: 'MillraceMigrationsFunctionHandler',
};

type FunctionName = keyof typeof paths;

export interface Cloud {
  readonly database: TestDatabase;
  readonly aws: AwsServer;
  /** What Parameter Store holds. */
  readonly parameters: Map<string, string>;
  /** A process of the function, not started before. Killed after the file's last test. */
  sandbox(name: FunctionName, options?: SandboxOptions): Promise<Sandbox>;
  /** As Lambda does it: by a process that is idle, or by a new one. */
  invoke(name: FunctionName, event: unknown): Promise<Outcome>;
  /** Those that `invoke` has started, and asynchronous invocations. */
  readonly sandboxes: Readonly<Record<FunctionName, readonly Sandbox[]>>;
}

export interface CloudOptions {
  readonly assembly: CloudAssembly;
  /** The clock of the schedules. */
  readonly now?: () => Date;
}

// A hook that is registered while another one runs is never called, so this one stands here.
const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

/** The database is empty until the migration function has run. */
export async function openCloud({ assembly, now }: CloudOptions): Promise<Cloud> {
  const database = await createDatabase({ empty: true });
  const parameters = new Map([['/millrace/database-url', database.url]]);
  const started: Sandbox[] = [];
  const pools = { http: new Pool(), consumer: new Pool(), migrate: new Pool() };
  const functionOf = (name: FunctionName): DeployedFunction => ({
    ...assembly.functionAt(paths[name]),
    folder: assembly.folderOf(paths[name]),
  });
  const sandbox: Cloud['sandbox'] = async (name, options = {}) => {
    const environment = { ...aws.environment, ...options.environment };
    const one = await Sandbox.start(functionOf(name), { ...options, environment });
    started.push(one);
    return one;
  };
  const invoke: Cloud['invoke'] = (name, event) => pools[name].invoke(event, () => sandbox(name));
  const consumer = arnOf(functionOf('consumer').name);
  const aws = await startAws({
    functions: new Map([[consumer, (event: unknown) => invoke('consumer', event)]]),
    groups: groupsIn(functionOf('consumer')),
    parameters,
    ...(now && { now }),
  });
  closing.push(async () => {
    await aws.stop();
    await Promise.all(started.map((one) => one.stop()));
  });
  const sandboxes = {
    http: pools.http.all,
    consumer: pools.consumer.all,
    migrate: pools.migrate.all,
  };
  return { database, aws, parameters, sandbox, invoke, sandboxes };
}

/** The schedule group that the template names, if it has one. */
function groupsIn(consumer: DeployedFunction): string[] {
  const { [WAKE_UP_GROUP]: group } = environmentOf(consumer, '');
  return group ? [group] : [];
}

/** The processes of one function. */
class Pool {
  readonly all: Sandbox[] = [];
  readonly #idle: Sandbox[] = [];

  async invoke(event: unknown, start: () => Promise<Sandbox>): Promise<Outcome> {
    const sandbox = this.#idle.pop() ?? (await this.#grow(start));
    const outcome = await sandbox.invoke(event);
    if (!('ended' in outcome)) this.#idle.push(sandbox);
    return outcome;
  }

  async #grow(start: () => Promise<Sandbox>): Promise<Sandbox> {
    const sandbox = await start();
    this.all.push(sandbox);
    return sandbox;
  }
}
