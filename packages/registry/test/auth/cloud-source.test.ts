import { isSuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import { type CloudSettings, cloudSource } from '../../src/auth/cloud-source.ts';
import { parseRepository } from '../../src/name/reference.ts';

const REPOSITORY = parseRepository('registry.example/acme/app', 'test');

describe('a cloud identity', () => {
  it.each([
    ['an AWS role', { awsRole: 'arn:aws:iam::123456789012:role/release' }],
    ['a Google provider', { gcpWorkloadIdentityProvider: 'projects/1/locations/global' }],
    ['an Azure client', { azureClientId: 'client' }],
  ] satisfies readonly (readonly [string, CloudSettings])[])(
    'is refused, not passed over: %s',
    async (_, settings) => {
      const asked = cloudSource(new Map([['registry.example', settings]])).find(REPOSITORY);
      await expect(asked).rejects.toThrow('registry.example');
      expect(isSuiteError(await asked.catch((error: unknown) => error), 'UNSUPPORTED')).toBe(true);
    },
  );

  it.each([
    ['has no settings', new Map<string, CloudSettings>()],
    ['has other settings', new Map([['registry.example', {}]])],
    ['is not the one with settings', new Map([['other.example', { awsRole: 'arn' }]])],
  ])('is nothing where the host %s', async (_, settings) => {
    expect(await cloudSource(settings).find(REPOSITORY)).toBeUndefined();
  });
});
