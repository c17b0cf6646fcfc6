import { SuiteError } from '@artifact-lifecycle/core';
import { isLoopbackHost } from '@artifact-lifecycle/core/http';
import { type CloudContext, variable } from './cloud-context.ts';

/** Whether secrets may be sent to an address: by TLS, or to this machine itself. */
export function isSafeAddress(url: URL): boolean {
  const isOwn = url.protocol === 'http:' && isLoopbackHost(url.hostname);
  return (url.protocol === 'https:' || isOwn) && url.username === '' && url.password === '';
}

/** Reads the address of a service that gets secrets. @throws SuiteError `INPUT_INVALID` */
export function readEndpoint(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isSafeAddress(url)) return url;
  throw new SuiteError('INPUT_INVALID', `${name} is no https address.`, {
    remedy: 'Write https://host; http is for this machine alone.',
  });
}

/** The address that a variable of the environment names, if it is set. @throws SuiteError `INPUT_INVALID` */
export function endpointAt(context: Pick<CloudContext, 'environment'>, name: string): URL | undefined {
  const text = variable(context, name);
  return text === undefined ? undefined : readEndpoint(text, name);
}
