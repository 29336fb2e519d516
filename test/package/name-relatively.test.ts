import { expect, test } from 'vitest';
import { nameRelatively } from '#packaging/name-relatively.ts';

test.each([
  ['queue/drain/drain.js', `import { a } from '#queue/routines/a.ts';`, '../routines/a.js'],
  ['queue/drain/drain.js', `export { a } from '#queue/drain/a.ts';`, './a.js'],
  ['cli/millrace.js', `await import('#local/start.ts')`, '../local/start.js'],
  ['infra/watch/a.js', `import a from '#infra/cost/a.json' with {};`, '../cost/a.json'],
  ['queue/a.d.ts', `} from './b.ts';`, './b.js'],
  ['queue/a.d.ts', `readonly b: import("../c/b.ts").B;`, '../c/b.js'],
])('in %s, %s names %s', (file, line, named) => {
  expect(nameRelatively(file, line)).toBe(line.replace(/(?<=['"])[#.][^'"]+/, named));
});

test.each([
  ['queue/a.d.ts', ` * import { registry } from './queue/registry.ts';`],
  ['cli/a.js', `const usual = 'src/queue/registry.ts';`],
  ['cli/a.js', `import { z } from 'zod';`],
])('in %s, %s stays as it is', (file, line) => {
  expect(nameRelatively(file, line)).toBe(line);
});
