// What the reader of a guide sits in front of: a checkout, a terminal, a database, and perhaps `npm start` in a second
// terminal. A guide's text names the port 8787; here it is a free one, the same after a second start.
import { onTestFinished } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { createDatabase } from '#test/support/database.ts';
import { removeFolder } from '#test/support/folder.ts';
import { type GuideCheckout, guideCheckout } from './guide-checkout.ts';
import { psql } from './psql.ts';
import { type RunningStart, runningStart } from './running-start.ts';
import { openTerminal, type Printed } from './terminal.ts';

const portInGuides = '8787';
/** Stands in a shell's block for the API key that a statement has shown before. */
const keyInGuides = 'mr_…';

export interface GuideReader {
  readonly checkout: GuideCheckout;
  sh(commands: string): Promise<Printed>;
  sql(script: string): Promise<Printed>;
  /** Takes a line such as `NAME=value npm start -- --flag`; stops what an earlier one has started. */
  start(line: string): Promise<void>;
  /** What npm start has printed since it was started last. */
  log(): string;
}

/** Everything that it starts and makes is gone after the test, however that ends. */
export async function guideReader(): Promise<GuideReader> {
  const database = await createDatabase();
  const checkout = await guideCheckout();
  const environment = newEnvironment(database.directUrl);
  const terminal = openTerminal(checkout.folder, environment);
  const port = String(await freePort());
  let running: RunningStart | undefined;
  onTestFinished(async () => {
    await terminal.close();
    await running?.stop();
    await database.drop();
    await removeFolder(checkout.folder);
  });
  let shownKey = keyInGuides;
  const asInGuide = (output: string) => output.replaceAll(port, portInGuides);
  return {
    checkout,
    async sql(script) {
      const printed = await psql(database.directUrl, script);
      shownKey = /mr_[\da-f]{72}/.exec(printed.output)?.[0] ?? shownKey;
      return printed;
    },
    async sh(commands) {
      const { output, failed } = await terminal.run(
        commands.replaceAll(portInGuides, port).replaceAll(keyInGuides, shownKey),
      );
      return { output: asInGuide(output), failed };
    },
    async start(line) {
      await running?.stop();
      const [variables = '', flags = ''] = line.split(/npm start(?: --)?/);
      running = await runningStart({
        folder: checkout.folder,
        flags: [...words(flags), '--port', port],
        environment: {
          ...environment,
          ...Object.fromEntries(words(variables).map((word) => word.split('='))),
        },
      });
    },
    log: () => asInGuide(running?.output() ?? ''),
  };
}

const words = (text: string) => text.trim().split(/\s+/).filter(Boolean);

/** A new terminal's: without what npm and vitest have set, which would change what they do when a guide runs them. */
function newEnvironment(databaseUrl: string): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  const quiet = { NO_COLOR: '1', npm_config_update_notifier: 'false' };
  return { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, DATABASE_URL: databaseUrl, ...quiet };
}
