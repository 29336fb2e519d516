import { isIP } from 'node:net';
import { expect, test } from 'vitest';
import { isPublicAddress } from '#webhook/public-address.ts';

const isPublic = (address: string) => isPublicAddress(address, isIP(address));

test.each([
  ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...[
    '128.0.0.0',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.3.0',
    '192.167.255.255',
  ],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255', '168.63.129.15'],
  ...['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00:1450:4001::1', '2620:0:2d0:200::7'],
])('%s is public', (address) => {
  expect(isPublic(address)).toBe(true);
});

test.each([
  ['0.0.0.0', 'this machine, for Linux'],
  ['0.255.255.255', 'this network'],
  ['10.0.0.1', 'a private network'],
  ['100.64.0.1', 'a network of a provider'],
  ['100.100.100.200', 'metadata, between a provider and its customers'],
  ['127.0.0.1', 'this machine'],
  ['127.255.255.254', 'this machine'],
  ['168.63.129.16', "Azure's own"],
  ['169.254.169.254', 'metadata'],
  ['169.254.170.2', 'credentials of a container'],
  ['172.16.0.1', 'a private network'],
  ['172.31.255.255', 'a private network'],
  ['192.0.0.192', 'metadata of another cloud'],
  ['192.0.2.1', 'documentation'],
  ['192.168.1.1', 'a private network'],
  ['198.19.255.255', 'benchmarks'],
  ['224.0.0.1', 'many at once'],
  ['255.255.255.255', 'all at once'],
  ['::', 'this machine'],
  ['::1', 'this machine'],
  ['::ffff:127.0.0.1', 'this machine, mapped'],
  ['::ffff:8.8.8.8', 'mapped'],
  ['::127.0.0.1', 'this machine, compatible'],
  ['64:ff9b::7f00:1', 'this machine, translated'],
  ['64:ff9b:1::a00:1', 'translated in a network of its own'],
  ['2001::1', 'Teredo'],
  ['2001:db8::1', 'documentation'],
  ['2002:7f00:1::', 'this machine by 6to4'],
  ['3fff::1', 'documentation'],
  ['5f00::1', 'segment routing'],
  ['fc00::1', 'a private network'],
  ['fd00:ec2::254', 'metadata'],
  ['fe80::1', 'the link'],
  ['fe80::1%lo', 'the link, by its interface'],
  ['fec0::1', 'a site'],
  ['ff02::1', 'many at once'],
  ['localhost', 'no address'],
])('%s is not: %s', (address) => {
  expect(isPublic(address)).toBe(false);
});
