import type { FaultMatch } from '../../registry/fault.ts';
import type { Scenario } from '../scenario.ts';
import { bearerAuth, type Stage } from '../stage.ts';

const THROTTLING = 'distribution-spec, "Throttling"; RFC 9110, 10.2.3';
const BLOB: FaultMatch = { method: 'GET', path: /\/blobs\//, nth: 1 };

/** A registry that wants to be left alone for so many seconds, and says so to whoever comes earlier. */
function closedFor(seconds: number, match: FaultMatch): (stage: Stage) => void {
  return ({ source, clock }) => {
    let opens: number | undefined;
    source.faults.add(
      {
        ...match,
        when: () => {
          opens ??= clock.now() + seconds * 1000;
          return clock.now() < opens;
        },
      },
      { kind: 'rate-limit', retryAfter: seconds },
    );
  };
}

/** Cases 9 and 10: 429 and 503, and HEAD that is not what it should be. */
export const ANSWERS: readonly Scenario[] = [
  {
    id: '9a',
    name: 'waits as long as 429 says in seconds',
    source: `${THROTTLING}; google/go-containerregistry#1569`,
    outcome: 'copied',
    prepare: closedFor(8, { method: 'GET', path: /\/blobs\// }),
  },
  {
    id: '9b',
    name: 'waits until the date that 429 says',
    source: THROTTLING,
    outcome: 'copied',
    prepare: ({ source, clock }) => {
      source.faults.add(BLOB, { kind: 'rate-limit', retryAfter: new Date(clock.now() + 2000) });
    },
  },
  {
    id: '9c',
    name: 'tries again after 429 that says nothing',
    source: 'promo-tools#1271; k8s.io#6431',
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add(BLOB, { kind: 'rate-limit' });
    },
  },
  {
    id: '9d',
    name: 'tries again after 429 from the token server',
    source: 'Docker Hub: auth.docker.io answers 429, too',
    login: true,
    from: { auth: bearerAuth() },
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add({ path: '/token', nth: 1 }, { kind: 'rate-limit', retryAfter: 1 });
    },
  },
  {
    id: '9e',
    name: 'tries again after 429 to a manifest that is written',
    source: 'containers/container-libs#42 (ACR)',
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        { method: 'PUT', path: /\/manifests\//, nth: 1 },
        { kind: 'rate-limit', retryAfter: 1 },
      );
    },
  },
  {
    id: '9f',
    name: 'tries again after 429 to the opening of an upload',
    source: THROTTLING,
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add({ method: 'POST', nth: 1 }, { kind: 'rate-limit', retryAfter: 1 });
    },
  },
  {
    id: '9g',
    name: 'tries again after a page that says 503',
    source: 'any proxy while its registry restarts',
    outcome: 'copied',
    prepare: ({ source, destination }) => {
      source.faults.add(BLOB, { kind: 'html', status: 503 });
      destination.faults.add({ method: 'PUT', path: /\/manifests\//, nth: 1 }, { kind: 'html', status: 503 });
    },
  },
  {
    id: '9h',
    name: 'waits as long as 503 says',
    source: 'RFC 9110, 15.6.4',
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add(
        { method: 'GET', path: /\/manifests\//, nth: 2 },
        { kind: 'answer', status: 503, headers: { 'retry-after': '2' } },
      );
    },
  },
  {
    id: '10a',
    name: 'copes without Docker-Content-Digest',
    source: 'distribution-spec before 1.2: the header may be absent',
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add(
        { path: /\/manifests\// },
        { kind: 'rewrite', headers: { 'docker-content-digest': undefined } },
      );
    },
  },
  {
    id: '10b',
    name: 'copes with a registry that answers no HEAD of a manifest',
    source: 'oras-go registry/remote/repository_test.go',
    outcome: 'copied',
    prepare: ({ source, destination }) => {
      for (const { faults } of [source, destination])
        faults.add({ method: 'HEAD', path: /\/manifests\// }, { kind: 'answer', status: 405 });
    },
  },
  {
    id: '10c',
    name: 'takes 403 to HEAD for what is missing as missing, where it may write',
    source: 'google/go-containerregistry#1691 (Artifactory)',
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        {
          method: 'HEAD',
          when: ({ path }) => {
            const [, kind, reference = ''] = /\/(blobs|manifests)\/([^/]+)$/.exec(path) ?? [];
            const { store } = destination;
            const there =
              kind === 'blobs' ? store.blob('prod/app', reference) : store.manifest('prod/app', reference);
            return there === undefined;
          },
        },
        { kind: 'answer', status: 403 },
      );
      destination.faults.add(
        {
          method: 'GET',
          path: /\/manifests\//,
          when: ({ path }) =>
            destination.store.manifest('prod/app', path.split('/').at(-1) ?? '') === undefined,
        },
        { kind: 'answer', status: 404 },
      );
    },
  },
  {
    id: '10d',
    name: 'uploads where the registry answers no HEAD of a blob',
    source: 'oras-go registry/remote/repository_test.go',
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add({ method: 'HEAD', path: /\/blobs\// }, { kind: 'answer', status: 405 });
    },
  },
  {
    id: '10e',
    name: 'does not believe a HEAD that says Content-Length: 0',
    source: 'oras-go registry/remote/repository_test.go',
    outcome: 'copied',
    prepare: ({ source, destination }) => {
      for (const { faults } of [source, destination])
        faults.add({ method: 'HEAD' }, { kind: 'rewrite', headers: { 'content-length': '0' } });
    },
  },
];
