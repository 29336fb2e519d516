#!/usr/bin/env node
// The program `millrace`. All that it needs is loaded after Node's version has been looked at, since an older Node cannot even
// read it.
const oldestNode = 24;

process.exitCode = await begin(process.argv.slice(2));
// What was written to a pipe is on its way before the process ends. Nothing else may keep it alive.
process.stdout.write('', () => process.exit());

async function begin(words: readonly string[]): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    console.error(`Millrace needs Node ${oldestNode} or newer; this is ${process.version}`);
    return 2;
  }
  const { run } = await import('./program.ts');
  return run(words);
}
