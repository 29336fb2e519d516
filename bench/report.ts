// npm run report -- FILE [--publish]: the report of an earlier run, from its JSON file.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { say } from './bench.ts';
import { writeReport } from './report/write-report.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { publish: { type: 'boolean', default: false } },
});
const [file] = positionals;
if (file === undefined) throw new TypeError('npm run report takes the JSON file of a run');
say(await writeReport(JSON.parse(await readFile(file, 'utf8')), values.publish));
