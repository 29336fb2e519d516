// npm run bench.
import { bench, say } from './bench.ts';
import { readOptions, usage } from './options.ts';
import { workloads } from './workloads/all.ts';

const names = workloads.map(({ name }) => name);
const options = readOptions(process.argv.slice(2), names);
if (options) await bench(options);
else say(`${usage}\n\nWorkloads: ${names.join(', ')}`);
process.exit(0);
