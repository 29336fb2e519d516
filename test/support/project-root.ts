import { join } from 'node:path';

/** The checkout, wherever it is. */
export const projectRoot = join(import.meta.dirname, '../..');
