// A fault is one thing that is wrong at one place of a request. A refusal lists all of them, so that the caller can
// mend them in one go.

export type FaultCode =
  | 'invalid_field'
  | 'unknown_field'
  | 'unstorable'
  | 'unknown_type'
  | 'type_not_allowed'
  | 'option_not_allowed'
  | 'invalid_payload'
  | 'payload_too_large'
  | 'id_conflict'
  | 'key_conflict'
  | 'key_in_progress'
  | 'other_database'
  | 'queue_full';

export interface Fault {
  /** Where it is: a JSON pointer into the body, or else the name of a header or of a query parameter. */
  readonly pointer?: string;
  readonly header?: string;
  readonly parameter?: string;
  readonly code: FaultCode;
  /** What was expected there. */
  readonly detail: string;
}

/** An answer lists no more faults than this. */
export const mostFaults = 100;

const longestPointer = 1_000;
const longestDetail = 300;

/** A fault of the body. Its texts are cut, so that an answer with a hundred of them stays small whatever was sent. */
export function faultAt(pointer: string, code: FaultCode, detail: string): Fault {
  return { pointer: pointer.slice(0, longestPointer), code, detail: cut(detail) };
}

/** A fault of a header or of a query parameter. */
export function faultIn(
  place: 'header' | 'parameter',
  name: string,
  code: FaultCode,
  detail: string,
): Fault {
  return { [place]: name.slice(0, longestPointer), code, detail: cut(detail) };
}

const cut = (detail: string) => detail.slice(0, longestDetail);

/** One sentence for all faults: the fault itself when there is only one, else how many there are. */
export function summaryOf(errors: readonly Fault[]): string {
  const [first] = errors;
  if (first && errors.length === 1) {
    const { pointer, header, parameter, detail } = first;
    return `${pointer || header || parameter || 'The body'}: ${detail}.`;
  }
  return errors.length < mostFaults
    ? `There are ${errors.length} faults.`
    : `There are ${mostFaults} faults or more.`;
}
