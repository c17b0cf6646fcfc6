import { SuiteError } from '../errors.ts';
import { parseNoProxy } from './no-proxy.ts';

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads which proxy the environment prescribes, and answers for a URL: its proxy, or `undefined` for none.
 *
 * `https_proxy` and `http_proxy` count by the scheme of the target, `no_proxy` exempts; lower case goes before
 * upper case, as in curl and GitHub's own clients. A value without a scheme is an HTTP proxy.
 *
 * @throws SuiteError `INPUT_INVALID`, when asked for a target whose variable holds no HTTP or HTTPS address.
 */
export function readProxySettings(environment: Environment): (target: URL) => URL | undefined {
  const isExempt = parseNoProxy(readVariable(environment, 'no_proxy').value);
  return (target) => {
    const variable = readVariable(environment, target.protocol === 'https:' ? 'https_proxy' : 'http_proxy');
    return variable.value === '' || isExempt(target) ? undefined : parseProxy(variable.name, variable.value);
  };
}

/** The header that introduces us to a proxy, from the user and password in its address; none without them. */
export function proxyAuthorization(proxy: URL): string | undefined {
  if (proxy.username === '' && proxy.password === '') return undefined;
  const credentials = `${decode(proxy.username)}:${decode(proxy.password)}`;
  return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
}

function readVariable(
  environment: Environment,
  name: string,
): { readonly name: string; readonly value: string } {
  const lower = environment[name]?.trim() ?? '';
  if (lower !== '') return { name, value: lower };
  const upper = name.toUpperCase();
  return { name: upper, value: environment[upper]?.trim() ?? '' };
}

function parseProxy(name: string, value: string): URL {
  const address = value.includes('://') ? value : `http://${value}`;
  // The value may hold a password: an error names the variable and at most the scheme.
  if (!URL.canParse(address)) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The environment variable ${name} does not hold the address of a proxy.`,
      {
        remedy: `Set ${name} to an address such as http://proxy.example:3128.`,
      },
    );
  }
  const proxy = new URL(address);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    throw new SuiteError(
      'INPUT_INVALID',
      `The environment variable ${name} names a proxy by "${proxy.protocol}", but only http: and https: proxies are spoken to.`,
      { remedy: `Set ${name} to an HTTP proxy such as http://proxy.example:3128.` },
    );
  }
  return proxy;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % is meant as itself.
    return text;
  }
}
