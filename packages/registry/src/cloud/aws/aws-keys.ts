import { readBoundedFile } from '@artifact-lifecycle/core';
import { type CloudContext, requestRunToken, variable } from '../cloud-context.ts';
import { type Lasting, Renewable } from '../renewable.ts';
import type { AwsRegion } from './aws-region.ts';
import { readContainerKeys } from './container-keys.ts';
import { readInstanceKeys } from './instance-keys.ts';
import type { AwsCredentials } from './signature.ts';
import { assumeWithWebIdentity, SESSION_NAME, stsAudience } from './web-identity.ts';

/** Tokens of OpenID Connect have some 2 KiB. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** Keys of AWS by where they come from, obtained once for all hosts that need them. */
export class AwsKeys {
  readonly #context: CloudContext;
  readonly #ofRoles = new Map<string, Renewable<AwsCredentials>>();
  readonly #ofEnvironment = new Map<string, Renewable<AwsCredentials | undefined>>();

  constructor(context: CloudContext) {
    this.#context = context;
  }

  /** Keys of a role that is assumed with the run's own token. */
  async ofRole(roleArn: string, region: AwsRegion): Promise<AwsCredentials> {
    const key = `${roleArn} ${region.region}`;
    const renewable =
      this.#ofRoles.get(key) ??
      new Renewable(this.#context.clock, async () => this.#announce(await this.#assume(roleArn, region)));
    this.#ofRoles.set(key, renewable);
    return (await renewable.get()).value;
  }

  /**
   * Keys that the environment has or leads to, in the order of AWS' own tools: variables, a token in a file with a
   * role, the container's service, and where `places` says so the instance's. `undefined` where there are none.
   */
  async ofEnvironment(
    region: AwsRegion,
    places: 'all' | 'all-but-instance' = 'all',
  ): Promise<AwsCredentials | undefined> {
    const key = `${places} ${region.region}`;
    const renewable =
      this.#ofEnvironment.get(key) ??
      new Renewable<AwsCredentials | undefined>(this.#context.clock, async () => {
        const found =
          (await this.#findNamed(region)) ??
          (places === 'all' ? await readInstanceKeys(this.#context) : undefined);
        return found === undefined ? { value: undefined } : this.#announce(found);
      });
    this.#ofEnvironment.set(key, renewable);
    return (await renewable.get()).value;
  }

  async #assume(roleArn: string, region: AwsRegion): Promise<Lasting<AwsCredentials>> {
    const token = await requestRunToken(this.#context, stsAudience(roleArn));
    return assumeWithWebIdentity(this.#context, region, { roleArn, sessionName: SESSION_NAME, token });
  }

  async #findNamed(region: AwsRegion): Promise<Lasting<AwsCredentials> | undefined> {
    return (
      readVariables(this.#context) ??
      (await this.#assumeFromFile(region)) ??
      (await readContainerKeys(this.#context))
    );
  }

  async #assumeFromFile(region: AwsRegion): Promise<Lasting<AwsCredentials> | undefined> {
    const roleArn = variable(this.#context, 'AWS_ROLE_ARN');
    const file = variable(this.#context, 'AWS_WEB_IDENTITY_TOKEN_FILE');
    if (roleArn === undefined || file === undefined) return undefined;
    const bytes = await readBoundedFile(file, MAX_TOKEN_BYTES, `AWS_WEB_IDENTITY_TOKEN_FILE ${file}`);
    const token = bytes.toString('utf8').trim();
    this.#context.onSecret(token);
    const sessionName = variable(this.#context, 'AWS_ROLE_SESSION_NAME') ?? SESSION_NAME;
    return assumeWithWebIdentity(this.#context, region, { roleArn, sessionName, token });
  }

  #announce(keys: Lasting<AwsCredentials>): Lasting<AwsCredentials> {
    const { secretAccessKey, sessionToken } = keys.value;
    this.#context.onSecret(secretAccessKey);
    if (sessionToken !== undefined) this.#context.onSecret(sessionToken);
    return keys;
  }
}

/** The keys that `aws-actions/configure-aws-credentials` leaves. */
function readVariables(context: CloudContext): Lasting<AwsCredentials> | undefined {
  const accessKeyId = variable(context, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = variable(context, 'AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { value: { accessKeyId, secretAccessKey, sessionToken: variable(context, 'AWS_SESSION_TOKEN') } };
}
