// A fault: one thing that is wrong at one place of a request's body.

export type FaultCode =
  | 'invalid_field'
  | 'unknown_field'
  | 'unstorable'
  | 'unknown_type'
  | 'type_not_allowed'
  | 'invalid_payload'
  | 'payload_too_large'
  | 'id_conflict'
  | 'key_conflict'
  | 'queue_full';

export interface Fault {
  /** JSON pointer into the body. */
  readonly pointer: string;
  readonly code: FaultCode;
  /** What was expected there. */
  readonly detail: string;
}

/** An answer lists no more faults than this. */
export const mostFaults = 100;

const longestPointer = 1_000;
const longestDetail = 300;

/** The fault, cut to a size that an answer can carry a hundred times: what was sent must not swell it. */
export function faultAt(pointer: string, code: FaultCode, detail: string): Fault {
  return {
    pointer: pointer.slice(0, longestPointer),
    code,
    detail: detail.slice(0, longestDetail),
  };
}
