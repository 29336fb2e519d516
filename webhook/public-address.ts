// Whether an address is one of the public internet. What is not, by IANA's registries of special-purpose addresses, is this machine, its
// network, the cloud's metadata, or nobody's: no message may be sent there because its payload says so.
// https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
import { BlockList } from 'node:net';

const privateV4 = [
  '0.0.0.0/8', // this network; Linux takes 0.0.0.0 for the machine itself
  '10.0.0.0/8',
  '100.64.0.0/10', // between a provider and its customers, and metadata of some clouds
  '127.0.0.0/8',
  '168.63.129.16/32', // Azure's own services, in a range that looks public
  '169.254.0.0/16', // the link, with the metadata of AWS and others
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // for documentation, as two more below
  '192.88.99.0/24', // relays between IPv4 and IPv6
  '192.168.0.0/16',
  '198.18.0.0/15', // for benchmarks
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // for many at once
  '240.0.0.0/4', // reserved, and the broadcast
];

// Of IPv6 only what is given out for the internet is public. So everything that has an IPv4 address in it is not: ::ffff:0:0/96 and
// ::/96, 64:ff9b::/96; nor are loopback, link, site, unique local and multicast.
const globalV6 = ['2000::/3'];
const privateV6 = [
  '2001::/23', // Teredo, which has an IPv4 address in it, and other protocols
  '2001:db8::/32', // for documentation, as the last
  '2002::/16', // 6to4, which has an IPv4 address in it
  '3fff::/20',
];

function listOf(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

const blockedV4 = listOf(privateV4, 'ipv4');
const openV6 = listOf(globalV6, 'ipv6');
const blockedV6 = listOf(privateV6, 'ipv6');

/** family: 4 or 6, as a look-up answers it. What is no address is not public. */
export function isPublicAddress(address: string, family: number): boolean {
  if (family === 4) return !blockedV4.check(address, 'ipv4');
  return family === 6 && openV6.check(address, 'ipv6') && !blockedV6.check(address, 'ipv6');
}
