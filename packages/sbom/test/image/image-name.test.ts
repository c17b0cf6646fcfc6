import { basename } from 'node:path';
import { parseReference } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { imageName } from '../../src/image/image-name.ts';

describe('imageName', () => {
  it.each([
    { text: 'ghcr.io/acme/app:1.0', name: 'ghcr.io/acme/app' },
    { text: 'alpine', name: 'docker.io/library/alpine' },
    { text: 'oci:layout:1.0', name: 'layout' },
    { text: 'oci:/home/somebody/build/app/', name: 'app' },
    { text: 'oci:.', name: basename(process.cwd()) },
    { text: 'docker-archive:build/app-1.0.tar', name: 'app-1.0' },
    { text: 'docker-archive:app.tar.gz', name: 'app' },
  ])('calls $text $name', ({ text, name }) => {
    expect(imageName(parseReference(text, 'test').location)).toBe(name);
  });
});
