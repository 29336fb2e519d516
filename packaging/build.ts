// npm run build: what the package consists of, in dist/. The compiler writes JavaScript, declarations and source maps of what the
// exports and the program reach; here its files learn to find each other, and get the SQL and what `millrace init` writes.
import { execFileSync } from 'node:child_process';
import { chmod, cp, glob, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleConsole } from '../bundling/bundle-console.ts';
import { nameRelatively } from './name-relatively.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

await rm(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules/.bin/tsc');
execFileSync(compiler, ['--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
for await (const file of glob('**/*.{js,d.ts}', { cwd: dist })) {
  const text = await readFile(join(dist, file), 'utf8');
  await writeFile(join(dist, file), nameRelatively(file, text));
}
for (const part of ['migrations/tables', 'migrations/routines', 'cli/template'])
  await cp(join(root, part), join(dist, part), { recursive: true });
bundleConsole(join(dist, 'console'));
await chmod(join(dist, 'cli/millrace.js'), 0o755);
