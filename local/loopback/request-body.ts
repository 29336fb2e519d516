import type { IncomingMessage } from 'node:http';
import { RefusedRequest } from './refused-request.ts';

/** The whole body; a longer one is read to its end, so that the client gets to the answer, and refused with 413. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => {
      if (bytes <= limitBytes) resolve(Buffer.concat(chunks));
      else reject(new RefusedRequest(413, `request is too large (max is ${limitBytes} bytes)`));
    });
    request.on('error', reject);
  });
}
