// A launcher for a test to kill, or to tell that it should exit.
import { startPostgres } from '#local/postgres/postgres.ts';

const [dataDirectory = ''] = process.argv.slice(2);
const { url, processId } = await startPostgres({ dataDirectory, flags: { fsync: 'off' } });
process.send?.({ url, processId });
process.on('message', () => process.exit());
