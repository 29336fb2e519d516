import { NamedError } from '#queue/named-error.ts';

interface Failure {
  /** AWS's type of error, or what is wrong with the value. Never the value. */
  readonly reason: string;
  /** Whether it may be there later without anybody mending anything. */
  readonly isTransient: boolean;
  readonly cause?: unknown;
}

/** The connection string could not be read, or is none. The message names its place, never a value. */
export class ConnectionStringUnavailable extends NamedError {
  static override readonly name = 'ConnectionStringUnavailable';
  readonly reason: string;
  readonly isTransient: boolean;

  constructor(place: string, { reason, isTransient, cause }: Failure) {
    super(`Cannot read the connection string from ${place}: ${reason}`, { cause });
    this.reason = reason;
    this.isTransient = isTransient;
  }
}
