import { fallbackTag, makeFallbackIndex } from '../../image/referrer.ts';
import { LONG_IMAGE, SBOM, SIGNATURE } from '../images.ts';
import type { Scenario } from '../scenario.ts';
import { FROM, type Stage } from '../stage.ts';

const BYTES_UP = { method: ['PUT', 'PATCH'], path: /\/blobs\/uploads\// };

/** That the other hosts were used, and saw no credentials. */
const STAYS_SECRET = {
  says: 'no Authorization reaches the other host',
  holds: ({ doors }: Stage) => doors.every(({ authorizations }) => !authorizations.includes(true)),
} as const;

/** Cases 4 and 5: redirects, and where uploads go on. */
export const REDIRECTS: readonly Scenario[] = [
  {
    id: '4a',
    name: 'follows a blob to another host without its credentials',
    source: 'distribution-spec, "Redirects"; google/go-containerregistry#2349',
    login: true,
    outcome: 'copied',
    also: [STAYS_SECRET],
    prepare: async (stage) => {
      const door = await stage.openSideDoor(stage.source);
      stage.source.faults.add(
        { method: 'GET', path: /\/blobs\//, when: ({ headers }) => !isDoor(headers['host']) },
        { kind: 'redirect', status: 307, location: ({ path }) => `${door.url}${path}` },
      );
    },
  },
  {
    id: '4b',
    name: 'sends the bytes on where an upload is redirected by 307',
    source: 'RFC 9110, 15.4.8',
    image: LONG_IMAGE,
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        { ...BYTES_UP, nth: 1 },
        {
          kind: 'redirect',
          status: 307,
          location: ({ path, query }) => `${destination.url}${path}?${query}`,
        },
      );
    },
  },
  {
    id: '4c',
    name: 'is not led astray by a 303 from the referrers API to a website',
    source: 'artifacthub/hub#4785 (GHCR)',
    referrers: [SBOM, SIGNATURE],
    from: { referrers: 'none' },
    outcome: 'copied',
    prepare: async ({ source, image }) => {
      const { mediaType, bytes } = makeFallbackIndex([SBOM, SIGNATURE]);
      await source.store.putManifest(FROM, mediaType, bytes, { tags: [fallbackTag(image.digest)] });
      source.faults.add(
        { path: /\/referrers\// },
        { kind: 'redirect', status: 303, location: `${source.url}/website` },
      );
      source.faults.add({ path: '/website' }, { kind: 'html', status: 404 });
    },
  },
  {
    id: '4d',
    name: 'ends when redirects go in a circle',
    source: 'RFC 9110, 15.4',
    outcome: 'refused',
    also: [
      { says: 'it asks less than 1,000 times', holds: ({ source }) => source.log.requests.length < 1000 },
    ],
    prepare: ({ source }) => {
      source.faults.add(
        { method: 'GET', path: /\/blobs\// },
        { kind: 'redirect', status: 307, location: ({ path }) => path },
      );
    },
  },
  {
    id: '5a',
    name: 'goes on at a relative Location',
    source: 'distribution-spec, "POST then PUT"',
    to: { uploadLocation: 'relative' },
    outcome: 'copied',
  },
  {
    id: '5b',
    name: 'goes on at an absolute Location',
    source: 'distribution-spec, "POST then PUT"',
    to: { uploadLocation: 'absolute' },
    outcome: 'copied',
  },
  {
    id: '5c',
    name: 'goes on at another host without its credentials',
    source: 'distribution-spec, "POST then PUT"; object storage with signed URLs',
    login: true,
    outcome: 'copied',
    also: [STAYS_SECRET],
    prepare: async (stage) => {
      const door = await stage.openSideDoor(stage.destination);
      stage.destination.faults.add(
        { method: 'POST', path: /\/blobs\/uploads\/$/ },
        {
          kind: 'rewrite',
          headers: ({ location }) =>
            typeof location === 'string' ? { location: `${door.url}${location}` } : {},
        },
      );
    },
  },
  {
    id: '5d',
    name: 'takes the newest Location each time',
    source: 'distribution-spec, "Pushing a blob in chunks"',
    image: LONG_IMAGE,
    to: { uploadLocation: 'rotating' },
    outcome: 'copied',
  },
  {
    id: '5e',
    name: 'leaves the query of a Location as it is',
    source: 'distribution-spec: critical query parameters; signed URLs',
    to: { uploadLocation: (path) => `${path}&sig=a%2Bb%2Fc%3D%3D&empty=` },
    outcome: 'copied',
    also: [
      {
        says: 'the signature came back',
        holds: ({ destination }) =>
          destination.log
            .filter({ method: ['PUT', 'PATCH'], path: /\/blobs\/uploads\/./ })
            .every(({ query }) => query.get('sig') === 'a+b/c==' && query.get('empty') === ''),
      },
    ],
  },
];

function isDoor(host: string | undefined): boolean {
  return host?.startsWith('localhost:') === true;
}
