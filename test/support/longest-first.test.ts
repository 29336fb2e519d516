import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longFiles } from './longest-first.ts';
import { projectRoot } from './project-root.ts';

test.each(longFiles)('%s is still there to come first', (file) => {
  expect(existsSync(join(projectRoot, file))).toBe(true);
});
