import { describe, expect, it } from '@jest/globals';
import { isLoopbackHost, isPrivateHost } from '../../src/http/address.ts';

describe('an address', () => {
  it.each([
    ['127.0.0.1', true, true],
    ['127.9.9.9', true, true],
    ['localhost', true, true],
    ['LOCALHOST.', true, true],
    ['registry.localhost', true, true],
    ['[::1]', true, true],
    ['::1', true, true],
    ['[::ffff:127.0.0.1]', true, true],
    ['[::ffff:7f00:1]', true, true],
    ['10.1.2.3', false, true],
    ['172.16.0.1', false, true],
    ['172.31.255.255', false, true],
    ['192.168.1.1', false, true],
    ['169.254.169.254', false, true],
    ['100.64.0.1', false, true],
    ['0.0.0.0', false, true],
    ['224.0.0.1', false, true],
    ['255.255.255.255', false, true],
    ['[::]', false, true],
    ['[fe80::1]', false, true],
    ['fe80::1%eth0', false, true],
    ['[fd00::1]', false, true],
    ['[::ffff:169.254.169.254]', false, true],
    ['[64:ff9b::a9fe:a9fe]', false, true],
    ['[2002:a00:1::]', false, true],
    ['8.8.8.8', false, false],
    ['172.32.0.1', false, false],
    ['100.128.0.1', false, false],
    ['[2606:4700::1]', false, false],
    ['[::ffff:8.8.8.8]', false, false],
    ['ghcr.io', false, false],
    ['10.example', false, false],
    ['localhost.example', false, false],
    ['', false, false],
  ])('%s is loopback: %s, private: %s', (host, loopback, isPrivate) => {
    expect(isLoopbackHost(host)).toBe(loopback);
    expect(isPrivateHost(host)).toBe(isPrivate);
  });

  it.each([
    'http://0x7f000001/',
    'http://2130706433/',
    'http://127.1/',
    'http://0177.0.0.1/',
    'http://①②⑦.0.0.1/',
  ])('in the disguise %s is seen through, because URL writes it plainly', (url) => {
    expect(isPrivateHost(new URL(url).hostname)).toBe(true);
  });
});
