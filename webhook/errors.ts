// Why a webhook did not arrive, as its attempt keeps it. What a target has answered is a cause of its own, so that dead letters of one
// kind have one sentence, whatever their targets had to say.
import { NamedError } from '#queue/named-error.ts';

/** A target that has answered and may do better later. */
export class WebhookFailed extends NamedError {
  static override readonly name = 'WebhookFailed';
  /** The status of the answer. */
  readonly code: number;
  constructor(status: number, options: ErrorOptions) {
    super(`the target answered ${status}`, options);
    this.code = status;
  }
}

/** What was in an answer that was no success. */
export class WebhookAnswer extends NamedError {
  static override readonly name = 'WebhookAnswer';
  /** The status of the answer. */
  readonly code: number;
  constructor(status: number, text: string) {
    super(text);
    this.code = status;
  }
}

/** A target from which no answer came; whether it has the message is not known. */
export class WebhookUnanswered extends NamedError {
  static override readonly name = 'WebhookUnanswered';
  /** As Node gives it, such as ECONNREFUSED. */
  readonly code: string;
  constructor(
    reason: string,
    { code, cause }: { readonly code: string; readonly cause?: unknown },
  ) {
    super(`no answer came from the target: ${reason}`, { cause });
    this.code = code;
  }
}

/** A target that nothing may be sent to. Neither the whole URL, which may have a secret in it, nor the address is told. */
export class TargetRefused extends NamedError {
  static override readonly name = 'TargetRefused';
}

/** Secrets that are not to be had, or are none. They are never told. */
export class SecretsUnavailable extends NamedError {
  static override readonly name = 'SecretsUnavailable';
}
