// Where a call comes from, as far as one sender is told from another.
import { isIPv6 } from 'node:net';

/**
 * An IPv4 address as it is, and of an IPv6 address the first 64 bits: a sender has at least a network of that size, and
 * with it more addresses than could be counted.
 */
export function sourceNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  const inV4 = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (inV4) return inV4;
  const [front = [], back] = address
    .toLowerCase()
    .replace(/%.*$/, '')
    .replace(/[\d.]*\.[\d.]*$/, '0:0')
    .split('::')
    .map((text) => text.split(':').filter((part) => part !== ''));
  // Between the two "::" stands for as many zeros as make eight parts.
  const zeros = back ? Array<string>(8 - front.length - back.length).fill('0') : [];
  const parts = [...front, ...zeros, ...(back ?? [])].slice(0, 4);
  return `${parts.map((part) => part.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
