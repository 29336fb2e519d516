/** Which driver the engine and the functions are tested with: Neon's, unless vitest.pg.config.ts says otherwise. */
export const testedDriver = process.env['MILLRACE_TEST_DRIVER'] === 'pg' ? 'pg' : 'neon';
