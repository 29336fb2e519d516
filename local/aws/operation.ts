import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { AwsError } from './aws-error.ts';

/** A request whose signature is right. */
export interface SignedRequest {
  readonly service: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Success {
  readonly status: number;
  readonly body: object;
}

/** Throws an AwsError for what AWS would refuse. */
export type Operation = (request: SignedRequest) => Success | Promise<Success>;

/** The body in the form that an operation asks for. */
export function bodyIn<Schema extends z.ZodType>(
  form: Schema,
  { body }: SignedRequest,
): z.infer<Schema> {
  try {
    return form.parse(JSON.parse(body));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : 'no JSON';
    throw new AwsError(400, 'ValidationException', reason);
  }
}
