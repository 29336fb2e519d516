// What is wrong with the answer of a batch handler, in a sentence that says what is allowed.

/** A batch handler whose answer says nothing of its messages, so that all of them have failed. */
export class WrongAnswer extends TypeError {
  static override readonly name = 'WrongAnswer';
  constructor(messages: number, got: string) {
    super(
      `a batch handler gives a list with an outcome for each of its ${messages} messages, in their order, or nothing when ` +
        `all are done; it gave ${got}`,
    );
  }
}

/** A message of a batch for which its handler gave what is no outcome. */
export class WrongOutcome extends TypeError {
  static override readonly name = 'WrongOutcome';
  constructor(
    { index, messageId, got }: { index: number; messageId: string; got: string },
    options?: ErrorOptions,
  ) {
    super(
      "an outcome is 'done', { retry: reason, afterSeconds }, where afterSeconds may be left out, { reject: text } or " +
        '{ snoozeSeconds }, with 0 to 31536000 seconds; ' +
        `element ${index}, for message ${messageId}, is ${got}`,
      options,
    );
  }
}
