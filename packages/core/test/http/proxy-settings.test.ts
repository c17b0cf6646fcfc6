import { describe, expect, it } from '@jest/globals';
import { parseNoProxy } from '../../src/http/no-proxy.ts';
import { proxyAuthorization, readProxySettings } from '../../src/http/proxy.ts';

describe('NO_PROXY', () => {
  it.each([
    ['', 'https://ghcr.io/', false],
    ['*', 'https://ghcr.io/', true],
    ['ghcr.io', 'https://ghcr.io/', true],
    ['GHCR.io', 'https://ghcr.io/', true],
    ['ghcr.io', 'https://GHCR.IO./', true],
    ['ghcr.io', 'https://pkg.ghcr.io/', true],
    ['ghcr.io', 'https://notghcr.io/', false],
    ['.ghcr.io', 'https://pkg.ghcr.io/', true],
    ['.ghcr.io', 'https://ghcr.io/', false],
    ['*.ghcr.io', 'https://pkg.ghcr.io/', true],
    ['*.ghcr.io', 'https://ghcr.io/', false],
    ['ghcr.io:443', 'https://ghcr.io/', true],
    ['ghcr.io:443', 'https://ghcr.io:8443/', false],
    ['ghcr.io:80', 'http://ghcr.io/', true],
    ['.corp:5000', 'http://registry.corp:5000/', true],
    ['.corp:5000', 'http://registry.corp:5001/', false],
    ['other, ghcr.io', 'https://ghcr.io/', true],
    ['other ghcr.io\tmore', 'https://ghcr.io/', true],
    [',,other,,ghcr.io,', 'https://ghcr.io/', true],
    ['10.0.0.0/8', 'http://10.200.3.4/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/8', 'http://ten.example/', false],
    ['192.168.1.7', 'http://192.168.1.7:5000/', true],
    ['192.168.1.7:5000', 'http://192.168.1.7:5000/', true],
    ['192.168.1.7:5000', 'http://192.168.1.7/', false],
    ['192.168.1.7', 'http://192.168.1.70/', false],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['fd00::/8', 'http://[fe80::1]/', false],
    ['[fd12::1]:5000', 'http://[fd12::1]:5000/', true],
    ['[fd12::1]:5000', 'http://[fd12::1]/', false],
    ['fd12::1', 'http://[fd12:0::1]/', true],
    ['10.0.0.0/99', 'http://10.0.0.1/', false],
    ['', 'http://localhost:5000/', true],
    ['', 'http://127.0.0.1/', true],
    ['', 'http://[::1]:80/', true],
    ['', 'https://app.localhost/', true],
  ])('"%s" exempts %s: %s', (text, url, exempt) => {
    expect(parseNoProxy(text)(new URL(url))).toBe(exempt);
  });
});

describe('the proxy variables', () => {
  const https = new URL('https://ghcr.io/v2/');
  const http = new URL('http://ghcr.io/v2/');

  it.each([
    ['none', {}, https, undefined],
    ['HTTPS_PROXY for https', { HTTPS_PROXY: 'http://p:3128' }, https, 'http://p:3128/'],
    ['HTTPS_PROXY not for http', { HTTPS_PROXY: 'http://p:3128' }, http, undefined],
    ['HTTP_PROXY for http', { HTTP_PROXY: 'http://p:3128' }, http, 'http://p:3128/'],
    ['HTTP_PROXY not for https', { HTTP_PROXY: 'http://p:3128' }, https, undefined],
    ['lower case first', { https_proxy: 'http://low', HTTPS_PROXY: 'http://up' }, https, 'http://low/'],
    ['an empty variable is none', { https_proxy: ' ', HTTPS_PROXY: 'http://up' }, https, 'http://up/'],
    ['no scheme means http', { HTTPS_PROXY: 'proxy.corp:3128' }, https, 'http://proxy.corp:3128/'],
    ['a proxy spoken to by TLS', { HTTPS_PROXY: 'https://p' }, https, 'https://p/'],
    ['NO_PROXY', { HTTPS_PROXY: 'http://p', NO_PROXY: 'ghcr.io' }, https, undefined],
    [
      'no_proxy before NO_PROXY',
      { HTTPS_PROXY: 'http://p', no_proxy: 'x', NO_PROXY: '*' },
      https,
      'http://p/',
    ],
  ])('are read: %s', (_name, environment, url, proxy) => {
    expect(readProxySettings(environment)(url)?.href).toBe(proxy);
  });

  it.each([
    ['a scheme nobody speaks', 'socks5://user:geheim@p:1080', 'socks5:'],
    ['nonsense', 'http://user:geheim@[', 'HTTPS_PROXY'],
  ])('are refused without showing their password: %s', (_name, value, named) => {
    const read = (): unknown => readProxySettings({ HTTPS_PROXY: value })(https);
    expect(read).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(named) }),
    );
    expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('geheim') }));
  });

  it.each([
    ['http://p', undefined],
    ['http://user:pass@p', 'user:pass'],
    ['http://user:p%40ss@p', 'user:p@ss'],
    ['http://user@p', 'user:'],
    ['http://us%:100%25@p', 'us%:100%'],
  ])('give credentials of %s', (proxy, credentials) => {
    const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    expect(proxyAuthorization(new URL(proxy))).toBe(expected);
  });
});
