// Tries a guide as its reader does, block after block.
import { stripTypeScriptTypes } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { type Block, guideBlocks } from './guide-blocks.ts';
import { type GuideReader, guideReader } from './guide-reader.ts';
import { isShown, isShownWithin } from './shown-output.ts';
import type { Printed } from './terminal.ts';

export interface Tried {
  readonly ran: number;
  readonly notRun: readonly Block[];
}

/** The block that ran last, what it printed, and how to run it again. */
interface Ran {
  readonly block: Block;
  readonly printed: Printed;
  readonly again: () => Promise<Printed>;
}

const patienceMs = 30_000;

/** Throws an Error that names the line of the block that did not do what the guide says. */
export async function tryGuide(markdown: string): Promise<Tried> {
  const blocks = guideBlocks(markdown);
  const reader = await guideReader();
  let last: Ran | undefined;
  for (const block of blocks) {
    try {
      if (block.kind === 'output') await compare(reader, last, block);
      else last = await follow(reader, block);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : cause;
      throw new Error(`line ${block.line}: ${reason}${logOf(reader)}`, { cause });
    }
  }
  await reader.checkout.compile();
  const ran = blocks.filter(({ kind }) => ['start', 'shell', 'sql'].includes(kind));
  return { ran: ran.length, notRun: blocks.filter(({ kind }) => kind === 'not-run') };
}

function logOf(reader: GuideReader): string {
  const isNoise = (line: string) => /"claimed":0,|"message":"migrated"/.test(line);
  const lines = reader
    .log()
    .split('\n')
    .filter((line) => !isNoise(line));
  return `\n\nnpm start printed:\n${lines.join('\n')}`;
}

async function follow(reader: GuideReader, block: Block): Promise<Ran | undefined> {
  const { kind, text, path } = block;
  if (kind === 'shell') return run(block, () => reader.sh(text));
  if (kind === 'sql') return run(block, () => reader.sql(text));
  if (kind === 'start') await reader.start(text);
  else if (kind === 'file') await reader.checkout.write(path, text);
  else if (kind === 'edit') await reader.checkout.edit(text);
  else await checkForm(reader, block);
}

async function run(block: Block, again: () => Promise<Printed>): Promise<Ran> {
  const printed = await again();
  if (printed.failed !== block.flags.includes('fails'))
    throw new Error(`it ${printed.failed ? 'failed' : 'did not fail'}:\n${printed.output}`);
  return { block, printed, again };
}

/** What the guide shows is what came: at once, or in the end where it is awaited. */
async function compare(reader: GuideReader, last: Ran | undefined, shown: Block): Promise<void> {
  if (!last || shown.flags.includes('log'))
    return within(
      async () => isShownWithin(shown.text, reader.log()),
      () => 'npm start did not print this',
    );
  const { block, again } = last;
  let { output } = last.printed;
  const isAwaited = block.flags.includes('until-shown');
  if (isAwaited && !isShown(shown.text, output))
    return within(
      async () => {
        ({ output } = await again());
        return isShown(shown.text, output);
      },
      () => `line ${block.line} printed in the end:\n${output}`,
    );
  if (!isShown(shown.text, output))
    throw new Error(`line ${block.line} printed something else:\n${output}`);
}

async function within(isSo: () => Promise<boolean>, complaint: () => string): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(complaint());
    await pause(50);
  }
}

async function checkForm({ sh }: GuideReader, { language, text }: Block): Promise<void> {
  if (language === 'ts') stripTypeScriptTypes(text, { mode: 'strip' });
  if (language === 'json') JSON.parse(text);
  if (language !== 'sh') return;
  const { output, failed } = await sh(`bash -n <<'END-OF-GUIDE'\n${text}END-OF-GUIDE\n`);
  if (failed) throw new Error(output);
}
