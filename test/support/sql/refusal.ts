interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly index?: number;
  readonly pointer?: string;
}

/** What a refused call says: its SQLSTATE, its sentence, and which message and where if it was an enqueue. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => ({ code: 'none', message: 'nothing was refused', detail: undefined }),
    (error: { code: string; message: string; detail?: string }) => error,
  );
  return { code: error.code, message: error.message, ...JSON.parse(error.detail ?? '{}') };
}
