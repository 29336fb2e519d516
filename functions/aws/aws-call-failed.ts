/**
 * AWS refused a call or did not answer it in time. The message names the call and AWS's type of error. It never holds
 * AWS's own sentence, which quotes accounts and roles, nor a value.
 */
export class AwsCallFailed extends Error {
  static override readonly name = 'AwsCallFailed';
  override readonly name = AwsCallFailed.name;
  /** AWS's type, such as AccessDeniedException; "no answer" when there was none. */
  readonly reason: string;
  /** Whether the same call may succeed later without anybody mending anything. */
  readonly isTransient: boolean;

  constructor(
    call: string,
    failure: { readonly reason: string; readonly isTransient: boolean; readonly cause?: unknown },
  ) {
    super(`AWS call ${call} failed: ${failure.reason}`, { cause: failure.cause });
    this.reason = failure.reason;
    this.isTransient = failure.isTransient;
  }
}
