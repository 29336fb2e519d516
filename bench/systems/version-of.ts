import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** "pg-boss 12.38.0", as installed. */
export function versionOf(name: string): string {
  const file = join(import.meta.dirname, '..', 'node_modules', name, 'package.json');
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return `${name} ${version}`;
}
