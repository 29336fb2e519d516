// A launcher for a test to kill.
import { startPostgres } from '#local/postgres.ts';

const [dataDirectory = ''] = process.argv.slice(2);
const { url, processId } = await startPostgres({ dataDirectory, flags: { fsync: 'off' } });
process.send?.({ url, processId });
