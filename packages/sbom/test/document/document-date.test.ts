import { describe, expect, it } from '@jest/globals';
import { documentDate } from '../../src/document/context.ts';
import type { Subject } from '../../src/inventory/inventory.ts';

const image = (created: string | undefined): Subject => ({
  kind: 'image',
  name: 'ghcr.io/acme/app',
  version: undefined,
  digest: `sha256:${'0'.repeat(64)}`,
  platform: undefined,
  labels: {},
  created,
});
const directory: Subject = { kind: 'directory', name: 'app', version: undefined };
const NOW = new Date('2026-11-25T12:00:00.500Z');

describe('the date of a document', () => {
  it.each([
    {
      name: 'when the image was made',
      subject: image('2026-01-02T03:04:05.9Z'),
      expected: '2026-01-02T03:04:05',
    },
    {
      name: 'the first second of Unix, as reproducible builds set it',
      subject: image('1970-01-01T00:00:00Z'),
      expected: '1970-01-01T00:00:00',
    },
    {
      name: 'that for an image that says nothing',
      subject: image(undefined),
      expected: '1970-01-01T00:00:00',
    },
    { name: "that for Go's zero", subject: image('0001-01-01T00:00:00Z'), expected: '1970-01-01T00:00:00' },
    { name: 'the time of the run for a directory', subject: directory, expected: '2026-11-25T12:00:00' },
  ])('is $name', ({ subject, expected }) => {
    const context = { toolVersion: '1.0.0', created: undefined, now: NOW };
    expect(documentDate({ subject }, context).toISOString()).toBe(`${expected}.000Z`);
  });

  it('is what SOURCE_DATE_EPOCH says before everything else', () => {
    const context = { toolVersion: '1.0.0', created: new Date(1_700_000_000_000), now: NOW };
    expect(documentDate({ subject: image('2026-01-02T03:04:05Z') }, context).getTime()).toBe(
      1_700_000_000_000,
    );
  });
});
