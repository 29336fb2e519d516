/** A refusal as AWS has it: its type is for programs, its message for people. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}
