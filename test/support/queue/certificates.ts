// Certificates as an authority signs them, made of their bytes (RFC 5280): Node reads such things and makes none, and whoever runs
// these tests need not have openssl.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** Valid for an hour, for whoever is reached by that name. */
  sign(hostname: string): Certificate;
}

const sequence = 0x30;
const objectId = 0x06;
const octetString = 0x04;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 255]), content]);
}

const hex = (tag: number, text: string) => der(tag, Buffer.from(text, 'hex'));
const ecdsaWithSha256 = der(sequence, hex(objectId, '2a8648ce3d040302'));
const basicConstraints = hex(objectId, '551d13');
const alternativeName = hex(objectId, '551d11');
const nameOf = (commonName: string) =>
  der(
    sequence,
    der(0x31, der(sequence, hex(objectId, '550403'), der(0x0c, Buffer.from(commonName)))),
  );
const isAuthority = der(
  sequence,
  basicConstraints,
  hex(0x01, 'ff'),
  der(octetString, der(sequence, hex(0x01, 'ff'))),
);
const hasName = (hostname: string) =>
  der(sequence, alternativeName, der(octetString, der(sequence, der(0x82, Buffer.from(hostname)))));

const time = (ms: number) =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

interface Issue {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extension: Buffer;
  readonly signedBy: KeyObject;
}

function issue({ issuer, subject, publicKey, extension, signedBy }: Issue): string {
  const hourMs = 3_600_000;
  const body = der(
    sequence,
    der(0xa0, hex(0x02, '02')),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    ecdsaWithSha256,
    nameOf(issuer),
    der(sequence, time(Date.now() - hourMs), time(Date.now() + hourMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(sequence, extension)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, signedBy));
  const text = der(sequence, body, ecdsaWithSha256, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

export function newAuthority(issuer = `Authority ${randomBytes(4).toString('hex')}`): Authority {
  const own = keyPair();
  const signedBy = own.privateKey;
  return {
    certificate: issue({
      issuer,
      subject: issuer,
      publicKey: own.publicKey,
      extension: isAuthority,
      signedBy,
    }),
    key: pem(own.privateKey),
    sign(hostname) {
      const { publicKey, privateKey } = keyPair();
      const extension = hasName(hostname);
      return {
        certificate: issue({ issuer, subject: hostname, publicKey, extension, signedBy }),
        key: pem(privateKey),
      };
    },
  };
}
