import type { Api, ApiRequest } from '#functions/http/api.ts';
import type { Problem } from '#functions/http/problem.ts';
import { isOwnOrigin } from './own-origin.ts';

/** Why a page may not call; undefined for one that may, and for callers that are no page. */
export function foreignOrigin({ allowedOrigins }: Api, request: ApiRequest): Problem | undefined {
  const origin = request.req.header('origin');
  const { domainName } = request.env.event.requestContext;
  if (origin === undefined || isOwnOrigin(domainName, origin)) return undefined;
  if (allowedOrigins.includes('*') || allowedOrigins.includes(origin)) return undefined;
  return {
    kind: 'origin-not-allowed',
    detail: 'The Origin of this call is not among the allowed origins.',
  };
}
