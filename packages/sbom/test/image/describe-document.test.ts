import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { DocumentContext } from '../../src/document/context.ts';
import { DOCUMENT_FORMATS } from '../../src/document/format.ts';
import { writeDocument } from '../../src/document/write-document.ts';
import { describeDocument } from '../../src/image/describe-document.ts';
import { sampleInventory } from '../support/inventories.ts';

const CONTEXT: DocumentContext = { toolVersion: '1.2.3', created: undefined, now: new Date(0) };

function save(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'describe-document-')), name);
  writeFileSync(path, content);
  return path;
}

describe('a document in place of what it describes', () => {
  it.each(DOCUMENT_FORMATS)('gives the packages that %s lists, and documents of them', async (format) => {
    const inventory = sampleInventory();
    const described = await describeDocument(save('given', writeDocument(inventory, format, CONTEXT)));
    const purls = (packages: readonly { readonly purl: string | undefined }[]) =>
      packages.flatMap(({ purl }) => purl ?? []).sort();
    expect(purls(described?.inventory.packages ?? [])).toEqual(purls(inventory.packages));
    expect(described?.inventory.subject).toEqual({ kind: 'file', name: 'given', version: undefined });
    expect(described?.document.subject?.name).toBe('app');
    const ids = described?.inventory.packages.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    for (const other of DOCUMENT_FORMATS) {
      if (described === undefined) throw new Error('nothing was described');
      const again = await describeDocument(save('again', writeDocument(described.inventory, other, CONTEXT)));
      expect(purls(again?.inventory.packages ?? [])).toEqual(purls(inventory.packages));
    }
  });

  it('keeps packages that have no purl, and purls of types that it has no word for', async () => {
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      components: [
        { type: 'library', name: 'thing', version: '1' },
        { type: 'library', name: 'thing', version: '1', group: 'acme' },
        {
          type: 'library',
          name: 'NIO',
          version: '2.0.0',
          purl: 'pkg:swift/github.com/apple/swift-nio@2.0.0',
        },
      ],
    };
    const described = await describeDocument(save('bom.json', `\ufeff ${JSON.stringify(document)}`));
    expect(described?.inventory.packages.map(({ id, type, purl }) => ({ id, type, purl }))).toEqual([
      { id: 'acme/thing/1', type: 'generic', purl: undefined },
      {
        id: 'pkg:swift/github.com/apple/swift-nio@2.0.0',
        type: 'generic',
        purl: 'pkg:swift/github.com/apple/swift-nio@2.0.0',
      },
      { id: 'thing/1', type: 'generic', purl: undefined },
    ]);
  });

  it.each([
    { name: 'a lock file', file: 'package-lock.json', content: '{"lockfileVersion":3,"packages":{}}' },
    { name: 'JSON of something else', file: 'notes.json', content: '{"a":1}' },
    { name: 'a broken file', file: 'notes.json', content: '{"a":' },
    { name: 'a list', file: 'app.cdx.json', content: '[]' },
    { name: 'a program', file: 'tool', content: '\x7fELF' },
    { name: 'an empty file', file: 'empty.json', content: '' },
  ])('leaves $name to the cataloguers', async ({ file, content }) => {
    expect(await describeDocument(save(file, content))).toBeUndefined();
  });

  it('leaves directories, and what is not there, to others', async () => {
    expect(await describeDocument(tmpdir())).toBeUndefined();
    expect(await describeDocument('/nowhere/app.cdx.json')).toBeUndefined();
  });

  it.each(['app.cdx.json', 'bom.json', 'app.spdx.json', 'app.spdx3.json'])(
    'refuses %s that is no document: an empty list would be a lie',
    async (file) => {
      await expect(
        describeDocument(save(file, '{"bomFormat":"CycloneDX","components":[')),
      ).rejects.toMatchObject({
        code: 'CONTENT_INVALID',
        message: expect.stringContaining(`${file} is no document that can be read.`),
      });
    },
  );
});
