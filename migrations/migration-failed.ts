import { NamedError } from '#queue/named-error.ts';

/** A file that could not be applied. Nothing of that file remains; files before it stay applied. */
export class MigrationFailed extends NamedError {
  static override readonly name = 'MigrationFailed';
  readonly file: string;

  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file} ${reason}`, options);
    this.file = file;
  }

  static from(file: string, error: unknown): MigrationFailed {
    const reason = error instanceof Error ? error.message : String(error);
    return new MigrationFailed(file, `failed and was rolled back: ${reason}`, { cause: error });
  }
}
