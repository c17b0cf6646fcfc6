import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** What a TLS server shows and proves itself with, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Someone whose signature makes certificates count. */
export interface Authority extends Identity {
  readonly name: string;
}

/**
 * X.509 certificates made on the spot (RFC 5280, just enough of it), so that no private key lies in the repository,
 * none expires there, and no program has to be installed.
 */
export function createAuthority(name: string): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const cert = certify({ subject: name, issuer: name, subjectKey: pair.publicKey, signer: pair.privateKey });
  return { name, cert, key };
}

/** An identity for DNS names and IPv4 addresses, signed by an authority. */
export function createIdentity(
  authority: Authority,
  names: readonly string[],
  notAfter = '491231235959Z',
): Identity {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: certify({
      subject: names[0] ?? 'nobody',
      issuer: authority.name,
      subjectKey: pair.publicKey,
      signer: createPrivateKey(authority.key),
      names,
      notAfter,
    }),
  };
}

interface Certification {
  readonly subject: string;
  readonly issuer: string;
  readonly subjectKey: KeyObject;
  readonly signer: KeyObject;
  /** None makes it an authority. */
  readonly names?: readonly string[];
  readonly notAfter?: string;
}

let serial = 1;

function certify(plan: Certification): string {
  const algorithm = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  serial += 1;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.from([0x10, serial >> 8, serial & 0xff])),
    algorithm,
    distinguishedName(plan.issuer),
    sequence(time('200101000000Z'), time(plan.notAfter ?? '491231235959Z')),
    distinguishedName(plan.subject),
    plan.subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(plan.names === undefined ? authorityExtension() : namesExtension(plan.names))),
  );
  const signature = sign('sha256', body, plan.signer);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function authorityExtension(): Buffer {
  const critical = der(0x01, Buffer.of(0xff));
  return sequence(objectId(0x55, 0x1d, 0x13), critical, der(0x04, sequence(der(0x01, Buffer.of(0xff)))));
}

function namesExtension(names: readonly string[]): Buffer {
  const general = names.map((name) =>
    isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  return sequence(objectId(0x55, 0x1d, 0x11), der(0x04, sequence(...general)));
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId(0x55, 0x04, 0x03), der(0x0c, Buffer.from(name)))));
}

function time(utc: string): Buffer {
  return der(0x17, Buffer.from(utc));
}

function objectId(...bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
