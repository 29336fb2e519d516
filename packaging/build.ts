// npm run build: what the package consists of, in dist/. The compiler writes JavaScript, declarations and source maps of what the
// exports and the program reach; here it gets the SQL, what `millrace init` writes, and the names that its imports go by.
import { execFileSync } from 'node:child_process';
import { chmod, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

await rm(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules/.bin/tsc');
execFileSync(compiler, ['--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
for (const part of ['migrations/tables', 'migrations/routines', 'cli/template'])
  await cp(join(root, part), join(dist, part), { recursive: true });
await writeFile(join(dist, 'package.json'), `${JSON.stringify(await scope(), null, 2)}\n`);
await chmod(join(dist, 'cli/millrace.js'), 0o755);

/**
 * The package.json of the folder, which tells Node, compilers and bundlers where `#queue/queue.ts` is there: names end in .ts
 * in the sources, and files in .js here.
 */
async function scope() {
  const { imports }: { imports: Record<string, string> } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const reached = Object.entries(imports).filter(
    ([name]) => !/^#(millrace|handlers|test)\b/.test(name),
  );
  const compiled = reached.map(([name, path]) => [name, path.replace(/\.ts$/, '.js')]);
  return { type: 'module', sideEffects: false, imports: Object.fromEntries(compiled) };
}
