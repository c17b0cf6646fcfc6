import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import type { AwsKeys } from './aws-keys.ts';

const ROLES = '/latest/meta-data/iam/security-credentials/';

/** The instance metadata service, version 2: without a session of its own it tells nothing. */
export class InstanceMetadata {
  readonly #role: string | undefined;
  readonly #give: () => AwsKeys;
  readonly #sessions = new Set<string>();

  /** @param role the instance's; without one there are no keys. */
  constructor(role: string | undefined, give: () => AwsKeys) {
    this.#role = role;
    this.#give = give;
  }

  answer(exchange: Exchange): Answer | undefined {
    const { method, path } = exchange;
    if (!path.startsWith('/latest/')) return undefined;
    if (method === 'PUT' && path === '/latest/api/token') return this.#open(exchange);
    // A request that a proxy passed on is refused.
    const session = exchange.header('x-aws-ec2-metadata-token') ?? '';
    if (!this.#sessions.has(session)) return text(401, 'Unauthorized');
    if (path === ROLES) return this.#role === undefined ? text(404, 'Not Found') : text(200, this.#role);
    if (path !== `${ROLES}${this.#role}`) return text(404, 'Not Found');
    return answerJson(200, { Code: 'Success', Type: 'AWS-HMAC', ...writeKeys(this.#give()) });
  }

  #open(exchange: Exchange): Answer {
    const seconds = Number(exchange.header('x-aws-ec2-metadata-token-ttl-seconds') ?? 'none');
    if (!(seconds >= 1 && seconds <= 21_600)) return text(400, 'Bad Request');
    if (exchange.header('x-forwarded-for') !== undefined || exchange.header('via') !== undefined) {
      return text(403, 'Forbidden');
    }
    const session = `session-${this.#sessions.size + 1}-of-metadata`;
    this.#sessions.add(session);
    return text(200, session);
  }
}

/** Keys as the services of containers and instances write them. */
export function writeKeys({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: AwsKeys): object {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    ...(sessionToken === undefined ? {} : { Token: sessionToken }),
    ...(expiresAt === undefined ? {} : { Expiration: new Date(expiresAt).toISOString() }),
  };
}

function text(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.from(body) };
}
