import { LONG_IMAGE } from '../images.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const BLOB = { method: 'GET', path: /\/blobs\// };

/** The destination holds nothing under a digest that is not its own; the registry itself sees to that, too. */
const NO_TAG = {
  says: 'the destination has no tag',
  holds: ({ destination }: Stage) => destination.store.tags('prod/app').size === 0,
} as const;

/** Case 8: content that is not what its descriptor says. */
export const CONTENT: readonly Scenario[] = [
  {
    id: '8a',
    name: 'refuses a blob that is shorter than its size',
    source: 'image-spec, descriptor.md: size must be verified',
    image: LONG_IMAGE,
    outcome: 'refused',
    also: [NO_TAG],
    prepare: ({ source }) => {
      source.faults.add(BLOB, { kind: 'truncate', toBytes: 100 });
    },
  },
  {
    id: '8b',
    name: 'refuses a blob that is longer than its size',
    source: 'image-spec, descriptor.md: size must be verified',
    image: LONG_IMAGE,
    outcome: 'refused',
    also: [NO_TAG],
    prepare: ({ source }) => {
      source.faults.add(BLOB, { kind: 'extend', bytes: Buffer.from('more') });
    },
  },
  {
    id: '8c',
    name: 'refuses a blob of another digest',
    source: 'image-spec, descriptor.md',
    image: LONG_IMAGE,
    outcome: 'refused',
    also: [NO_TAG],
    prepare: ({ source }) => {
      source.faults.add(BLOB, { kind: 'corrupt', offset: 7 });
    },
  },
  {
    id: '8d',
    name: 'refuses a manifest of another digest than the one that was asked for',
    source: 'distribution-spec, "Pulling manifests"',
    byDigest: true,
    outcome: 'refused',
    also: [NO_TAG],
    prepare: ({ source, image }) => {
      const at = image.bytes.indexOf('schemaVersion');
      source.faults.add({ method: 'GET', path: /\/manifests\// }, { kind: 'corrupt', offset: at });
    },
  },
  {
    id: '8e',
    name: 'refuses a platform of another digest than its index says',
    source: 'image-spec, image-index.md',
    outcome: 'refused',
    also: [NO_TAG],
    prepare: ({ source, image }) => {
      const [child] = image.children;
      if (child === undefined) throw new Error('The image has no platform.');
      const at = child.bytes.indexOf('schemaVersion');
      source.faults.add(
        { method: 'GET', path: new RegExp(`/manifests/${child.digest}$`) },
        { kind: 'corrupt', offset: at },
      );
    },
  },
  {
    id: '8f',
    name: 'lets nothing be changed by a Content-Encoding that nobody asked for',
    source: 'proxies that add "Content-Encoding: gzip" to layers',
    image: LONG_IMAGE,
    outcome: 'honest',
    prepare: ({ source }) => {
      source.faults.add(BLOB, { kind: 'rewrite', headers: { 'content-encoding': 'gzip' } });
    },
  },
];
