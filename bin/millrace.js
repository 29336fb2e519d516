#!/usr/bin/env node
// What `npx millrace` runs: the compiled program of the package, or in a checkout the sources, which need no build.
import { existsSync } from 'node:fs';

const sources = new URL('../cli/millrace.ts', import.meta.url);
const compiled = new URL('../dist/cli/millrace.js', import.meta.url);

await import((existsSync(sources) ? sources : compiled).href);
