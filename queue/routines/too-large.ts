// Calls that were refused for their size. Made again as they were they would be refused again; less of them may pass.

/** The request: Neon's proxy takes no more than 64 MiB, others may take less. Nothing was carried out. */
export const isRequestTooLarge = (error: unknown): boolean => hasStatus(error, 413);

/**
 * The answer: a proxy did not let it pass, in which case the statement may have been carried out, or Postgres could not
 * put it together (54000, which undoes it).
 */
export const isAnswerTooLarge = (error: unknown): boolean =>
  hasStatus(error, 507) || (error instanceof Error && 'code' in error && error.code === '54000');

// The driver has no code for what does not come from Postgres.
const hasStatus = (error: unknown, status: number) =>
  error instanceof Error && error.message.startsWith(`Server error (HTTP status ${status})`);
