import { LONG_IMAGE, REFERRERS } from '../images.ts';
import { findMissing } from '../judge.ts';
import type { Scenario } from '../scenario.ts';
import { type Stage, TAG, TO } from '../stage.ts';

const BYTES_UP = { method: ['PUT', 'PATCH'], path: /\/blobs\/uploads\/./ };

/** Tells the client to go while its first upload is under way, and holds the upload back until it has. */
function interruptUpload({ destination, interrupt, ended }: Stage): void {
  destination.faults.add({ ...BYTES_UP, nth: 1 }, { kind: 'hook', run: interrupt });
  destination.faults.add({ ...BYTES_UP, nth: 1 }, { kind: 'delay', until: ended });
}

/** Case 25: runs that end before their time, and the order in which things become visible. */
export const INTERRUPTIONS: readonly Scenario[] = [
  {
    id: '25a',
    name: 'sets no tag when it is told to go',
    source: 'cancelled jobs: SIGTERM',
    image: LONG_IMAGE,
    outcome: 'refused',
    prepare: interruptUpload,
  },
  {
    id: '25b',
    name: 'leaves no upload open when it is told to go',
    source: 'distribution-spec, end-14: clients should cancel',
    image: LONG_IMAGE,
    outcome: 'refused',
    also: [
      { says: 'no upload is left open', holds: ({ destination }) => destination.store.openUploads === 0 },
    ],
    prepare: interruptUpload,
  },
  {
    id: '25c',
    name: 'sends nothing again that is there from an earlier run',
    source: 'distribution-spec, "Checking if content exists"',
    image: LONG_IMAGE,
    outcome: 'copied',
    also: [
      {
        says: 'no byte of a blob was sent',
        holds: ({ destination }) => destination.log.bytes({ path: /\/blobs\/uploads\// }).in === 0,
      },
    ],
    prepare: async ({ destination, image }) => {
      for (const blob of image.blobs) await destination.store.putBlob(TO, blob.open());
    },
  },
  {
    id: '25d',
    name: 'names the image only when all of it is there, what refers to it included',
    source: 'readers that pull by tag while a copy runs: admission controllers',
    referrers: REFERRERS,
    outcome: 'copied',
    also: [
      {
        says: 'everything was there when the tag was set',
        holds: (stage) => completeAtTag.get(stage.destination) === true,
      },
    ],
    prepare: (stage) => {
      stage.destination.faults.add(
        { method: 'PUT', path: new RegExp(`/manifests/${TAG}$`), nth: 1 },
        {
          kind: 'hook',
          run: () => {
            const missing = findMissing(stage).filter((what) => what !== 'there is no tag');
            // The image's own manifest comes with the tag.
            const others = missing.filter((what) => !what.includes(`manifest ${stage.image.digest}`));
            completeAtTag.set(stage.destination, others.length === 0);
          },
        },
      );
    },
  },
  {
    id: '25e',
    name: 'moves no tag anywhere where one of two repositories fails',
    source: 'google/go-containerregistry#1797: "rolling back if any fails?"',
    needs: ['several destinations'],
    outcome: 'refused',
    also: [
      {
        says: 'neither repository has the tag',
        holds: ({ destination: { store } }) => !store.tags(TO).has(TAG) && !store.tags(`${TO}-2`).has(TAG),
      },
    ],
    prepare: ({ destination }) => {
      destination.faults.add(
        { method: 'PUT', path: new RegExp(`^/v2/${TO}-2/manifests/`) },
        { kind: 'answer', status: 403 },
      );
    },
  },
];

const completeAtTag = new WeakMap<Stage['destination'], boolean>();
