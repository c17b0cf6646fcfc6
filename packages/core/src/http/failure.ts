import { isSuiteError, SuiteError } from '../errors.ts';
import { causeWords } from './cause.ts';
import { ProxyFailure, ProxyRefusal } from './tunnel.ts';

/** Why an attempt came to no answer. */
export type Failure =
  /** The connection could not be made, or broke; `sent` says whether it stood, `reused` whether it had served before. */
  | {
      readonly kind: 'connection';
      readonly error: unknown;
      readonly sent: boolean;
      readonly reused: boolean;
    }
  | {
      readonly kind: 'timeout';
      readonly waitedFor: 'connection' | 'answer' | 'progress';
      readonly milliseconds: number;
    }
  /** The stream that gives the request's body failed. */
  | { readonly kind: 'source'; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly error: SuiteError }
  /** The request cannot be put into HTTP. */
  | { readonly kind: 'unsendable'; readonly error: unknown };

/** Whose failure it is, for the message. */
export interface FailurePlace {
  readonly host: string;
  readonly proxy: URL | undefined;
  readonly attempts: number;
}

/** Whether another attempt could only fail in the same way. */
export function isLasting(failure: Failure): boolean {
  switch (failure.kind) {
    case 'connection': {
      const { error } = failure;
      return error instanceof ProxyRefusal ? error.status < 500 : causeWords(error).lasting;
    }
    case 'timeout':
      return false;
    case 'source':
      // Where the bytes come from may be back at the next attempt; wrong bytes stay wrong.
      return !isSuiteError(failure.error, 'UNREACHABLE');
    case 'cancelled':
    case 'unsendable':
      return true;
  }
}

/** Whether the server surely saw nothing of the request. */
export function isUnsent(failure: Failure): boolean {
  return (
    (failure.kind === 'connection' && !failure.sent) ||
    (failure.kind === 'timeout' && failure.waitedFor === 'connection')
  );
}

/** Whether a kept connection turned out closed: the server gave it up just when we used it, which says nothing. */
export function isStale(failure: Failure): boolean {
  return failure.kind === 'connection' && failure.reused && !isLasting(failure);
}

/** Whether the server's certificate is signed by an authority that is not known here. */
export function isUnknownAuthority(failure: Failure): boolean {
  return failure.kind === 'connection' && causeWords(failure.error).unknownAuthority;
}

/** The error for a failure: what failed, in words a person understands, and what to do about it. */
export function explainFailure(failure: Failure, place: FailurePlace): SuiteError {
  switch (failure.kind) {
    case 'cancelled':
      return failure.error;
    case 'source':
      return failure.error instanceof SuiteError
        ? failure.error
        : new SuiteError(
            'UNREACHABLE',
            `What was to be sent to ${place.host} could not be read to its end.`,
            {
              remedy: 'Run again; if it stays so, check the file or server that the bytes come from.',
              cause: failure.error,
            },
          );
    case 'unsendable':
      return new SuiteError(
        'INPUT_INVALID',
        `The request to ${place.host} holds characters that HTTP does not allow in its headers or address.`,
        {
          remedy: 'Check that user names, passwords and tokens have no line break or blank at their end.',
          cause: failure.error,
        },
      );
    case 'timeout':
      return new SuiteError('UNREACHABLE', explainTimeout(failure, place), {
        remedy: `Check that ${place.host} is up and that no firewall lies between; a proxy is set by HTTPS_PROXY.`,
      });
    case 'connection':
      return explainConnection(failure.error, place);
  }
}

function explainTimeout(failure: Extract<Failure, { kind: 'timeout' }>, place: FailurePlace): string {
  const seconds = `${Math.round(failure.milliseconds / 100) / 10} s`;
  const waited = {
    connection: `cannot be reached: no connection came about within ${seconds}${
      place.proxy === undefined ? '' : ` through the proxy ${place.proxy.host}`
    }`,
    answer: `did not answer within ${seconds}`,
    progress: `took no byte for ${seconds} while it was being sent a body`,
  }[failure.waitedFor];
  return `${place.host} ${waited}${countAttempts(place)}.`;
}

function explainConnection(error: unknown, place: FailurePlace): SuiteError {
  if (error instanceof ProxyRefusal) return explainRefusal(error, place);
  const throughProxy = error instanceof ProxyFailure;
  const words = causeWords(throughProxy ? error.cause : error);
  const proxy = place.proxy?.host ?? 'the proxy';
  const message = throughProxy
    ? `${place.host} cannot be reached because the proxy ${proxy} cannot: ${words.fact}${countAttempts(place)}.`
    : `${place.host} ${words.code === 'UNREACHABLE' ? 'cannot be reached: ' : ''}${words.fact}${countAttempts(place)}.`;
  const remedy = throughProxy
    ? 'Check HTTPS_PROXY and HTTP_PROXY, or exempt the host in NO_PROXY.'
    : words.remedy(place.host);
  return new SuiteError(words.code, message, { remedy, cause: error });
}

function explainRefusal(refusal: ProxyRefusal, place: FailurePlace): SuiteError {
  const wantsLogin = refusal.status === 407;
  return new SuiteError(
    'UNREACHABLE',
    `${place.host} cannot be reached: the proxy ${place.proxy?.host ?? ''} refused the way with ${refusal.status}${
      wantsLogin ? ' (it wants a user and password)' : ''
    }${countAttempts(place)}.`,
    {
      remedy: wantsLogin
        ? 'Put the user and password into HTTPS_PROXY: http://USER:PASSWORD@proxy:3128.'
        : `Allow ${place.host} in the proxy, or exempt it in NO_PROXY.`,
      cause: refusal,
    },
  );
}

function countAttempts({ attempts }: FailurePlace): string {
  return attempts > 1 ? ` (${attempts} attempts)` : '';
}
