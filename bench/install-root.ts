// Millrace is measured as it stands in this checkout, and its sources find their packages in the root's node_modules.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
if (!existsSync(join(root, 'node_modules', '@neondatabase', 'serverless'))) {
  process.stdout.write(
    'The packages of the checkout itself are missing: npm ci in the root first\n',
  );
  const { status } = spawnSync('npm', ['ci'], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
