// Tries a guide as its reader does, block after block.
import { stripTypeScriptTypes } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { createDatabase } from '#test/support/database.ts';
import { removeFolder } from '#test/support/folder.ts';
import { type Block, guideBlocks } from './guide-blocks.ts';
import { type GuideCheckout, guideCheckout } from './guide-checkout.ts';
import { psql } from './psql.ts';
import { type RunningStart, runningStart } from './running-start.ts';
import { isShown, isShownWithin } from './shown-output.ts';
import { openTerminal, type Printed, type Terminal } from './terminal.ts';

const patienceMs = 30_000;
const portInGuides = '8787';

interface Reader {
  readonly checkout: GuideCheckout;
  readonly terminal: Terminal;
  readonly databaseUrl: string;
  /** Stands for the one that guides name, also when npm start is stopped and started again. */
  readonly port: string;
  start: RunningStart | undefined;
  /** What the last block that ran has printed, and how to run it again. */
  last: { printed: Printed; again: () => Promise<Printed>; block: Block } | undefined;
}

export interface Tried {
  readonly ran: number;
  readonly notRun: readonly Block[];
}

/** Throws an Error that names the line of the block that did not do what the guide says. */
export async function tryGuide(markdown: string): Promise<Tried> {
  const blocks = guideBlocks(markdown);
  const reader = await newReader();
  for (const block of blocks)
    await follow(reader, block).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : cause;
      throw new Error(`line ${block.line}: ${reason}${logOf(reader)}`, { cause });
    });
  await reader.checkout.compile();
  const runs = blocks.filter(({ kind }) => ['start', 'shell', 'sql'].includes(kind));
  return { ran: runs.length, notRun: blocks.filter(({ kind }) => kind === 'not-run') };
}

const printedByStart = ({ start, port }: Reader) =>
  start?.output().replaceAll(port, portInGuides) ?? '';

function logOf(reader: Reader): string {
  const lines = printedByStart(reader).split('\n');
  const isNoise = (line: string) => /"claimed":0,|"message":"migrated"/.test(line);
  return `\n\nnpm start printed:\n${lines.filter((line) => !isNoise(line)).join('\n')}`;
}

/** Everything that it starts and makes is gone after the test, however that ends. */
async function newReader(): Promise<Reader> {
  const database = await createDatabase();
  const checkout = await guideCheckout();
  const terminal = openTerminal(checkout.folder, environmentOf());
  const reader: Reader = {
    checkout,
    terminal,
    databaseUrl: database.directUrl,
    port: String(await freePort()),
    start: undefined,
    last: undefined,
  };
  onTestFinished(async () => {
    await terminal.close();
    await reader.start?.stop();
    await database.drop();
    await removeFolder(checkout.folder);
  });
  return reader;
}

/** A new terminal's: nothing of npm's and vitest's own, which would change what they do inside. */
function environmentOf(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, NO_COLOR: '1', npm_config_update_notifier: 'false', ...more };
}

async function follow(reader: Reader, block: Block): Promise<void> {
  const { kind, text, path } = block;
  if (kind !== 'output') reader.last = undefined;
  if (kind === 'file') await reader.checkout.write(path, text);
  else if (kind === 'edit') await reader.checkout.edit(text);
  else if (kind === 'start') await restart(reader, block);
  else if (kind === 'shell') await run(reader, block, () => shell(reader, text));
  else if (kind === 'sql') await run(reader, block, () => psql(reader.databaseUrl, text));
  else if (kind === 'output') await compare(reader, block);
  else await checkForm(reader, block);
}

async function restart(reader: Reader, block: Block): Promise<void> {
  await reader.start?.stop();
  const flags = block.text.trim().split(/\s+/).slice(3);
  const environment = environmentOf({ DATABASE_URL: reader.databaseUrl });
  reader.start = await runningStart(reader.checkout.folder, reader.port, flags, environment);
}

async function run(reader: Reader, block: Block, again: () => Promise<Printed>): Promise<void> {
  const printed = await again();
  reader.last = { printed, again, block };
  if (printed.failed !== block.flags.includes('fails'))
    throw new Error(`it ${printed.failed ? 'failed' : 'did not fail'}:\n${printed.output}`);
}

async function shell({ terminal, port }: Reader, text: string): Promise<Printed> {
  const { output, failed } = await terminal.run(text.replaceAll(portInGuides, port));
  return { output: output.replaceAll(port, portInGuides), failed };
}

/** What the guide shows is what came: at once, or in the end where it is awaited. */
async function compare(reader: Reader, { text, flags }: Block): Promise<void> {
  const { last } = reader;
  const giveUpAt = Date.now() + patienceMs;
  if (flags.includes('log') || !last) {
    while (!isShownWithin(text, printedByStart(reader))) {
      if (Date.now() > giveUpAt) throw new Error('npm start did not print this');
      await pause(20);
    }
    return;
  }
  let { printed } = last;
  while (!isShown(text, printed.output)) {
    const isAwaited = last.block.flags.includes('until-shown');
    if (!isAwaited || Date.now() > giveUpAt)
      throw new Error(`line ${last.block.line} printed something else:\n${printed.output}`);
    await pause(20);
    printed = await last.again();
  }
}

async function checkForm({ terminal }: Reader, { language, text }: Block): Promise<void> {
  if (language === 'ts') stripTypeScriptTypes(text, { mode: 'strip' });
  if (language === 'json') JSON.parse(text);
  if (language !== 'sh') return;
  const { output, failed } = await terminal.run(`bash -n <<'END-OF-GUIDE'\n${text}END-OF-GUIDE\n`);
  if (failed) throw new Error(output);
}
