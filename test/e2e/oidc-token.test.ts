import { execFile } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildBundle } from '../../packages/tooling/src/bundle/bundle.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { ROOT } from '../support/runner.ts';

/** ncc needs some 3 s; a loaded machine some times that. */
const BUNDLE_TIMEOUT = 120_000;

const REQUEST_TOKEN = 'request-token-0123456789';

/** Stands for an action that asks for a token: none of those there are does so in every run. */
const ACTION = `
  import { runAction } from '@artifact-lifecycle/core/action';
  const spec = { name: 'demo', title: 'Demo', description: 'd', branding: { icon: 'box', color: 'blue' },
    inputs: {}, outputs: { 'error-code': { kind: 'string', description: 'd' }, json: { kind: 'json', description: 'd' } } };
  await runAction(spec, async (inputs, context) => {
    const token = await context.requestIdToken('sigstore');
    context.log.info('got ' + token + ', ' + token.length + ' characters');
    return {};
  });
`;

/** The repository as far as such an action needs it, emitted without its types, and its bundle. */
async function bundleAction(): Promise<string> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'oidc-test-')));
  for (const name of ['core', 'toolkit-http']) {
    const folder = join(root, 'packages', name);
    for (const path of globSync('src/**/*.ts', { cwd: join(ROOT, 'packages', name) })) {
      const file = join(folder, 'lib', path.slice(4, -3));
      mkdirSync(dirname(file), { recursive: true });
      const code = stripTypeScriptTypes(readFileSync(join(ROOT, 'packages', name, path), 'utf8'));
      writeFileSync(`${file}.js`, code.replace(/'(\.\.?\/[^']*)\.ts'/g, "'$1.js'"));
    }
    cpSync(join(ROOT, 'packages', name, 'package.json'), join(folder, 'package.json'));
  }
  const modules = join(root, 'node_modules');
  for (const name of ['@actions/core', '@actions/exec', '@actions/io', 'yaml', 'zod']) {
    cpSync(join(ROOT, 'node_modules', name), join(modules, name), { recursive: true });
  }
  mkdirSync(join(modules, '@artifact-lifecycle'));
  symlinkSync(join(root, 'packages', 'core'), join(modules, '@artifact-lifecycle', 'core'), 'junction');
  // As the override in package.json has npm lay it.
  const standIn = realpathSync(join(ROOT, 'node_modules', '@actions', 'http-client'));
  symlinkSync(join(root, standIn.slice(ROOT.length)), join(modules, '@actions', 'http-client'), 'junction');
  mkdirSync(join(root, 'actions', 'demo', 'lib'), { recursive: true });
  writeFileSync(
    join(root, 'actions', 'demo', 'package.json'),
    '{"name":"@artifact-lifecycle/demo","type":"module"}',
  );
  writeFileSync(join(root, 'actions', 'demo', 'lib', 'index.js'), ACTION);
  cpSync(join(ROOT, 'LICENSE'), join(root, 'LICENSE'));
  await buildBundle(root, 'demo', join(root, 'dist', 'demo'));
  return join(root, 'dist', 'demo', 'index.js');
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
}

describe('a bundle that asks for an OIDC token', () => {
  let main: string;
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await startIssuer();
    main = await bundleAction();
  }, BUNDLE_TIMEOUT);
  afterAll(() => issuer.close());
  beforeEach(() => issuer.reset());

  const run = (requestUrl: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const variables = {
        SystemRoot: process.env['SystemRoot'],
        ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
        ...env,
      };
      const child = execFile(process.execPath, [main], { env: variables, encoding: 'utf8' }, (_, stdout) =>
        resolve({ code: child.exitCode ?? -1, stdout }),
      );
    });

  it('gets it, past answers of an issuer that stumbles, and hides it', async () => {
    issuer.answers.push(
      { status: 503 },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 200, body: '{"value":"a.b.c-token"}' },
    );
    const { code, stdout } = await run(`${issuer.url}/token?api=2`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('got ***, 11 characters') });
    expect(stdout.indexOf('::add-mask::a.b.c-token')).toBeLessThan(stdout.indexOf('got'));
    expect(issuer.asked.map(({ path }) => path)).toEqual(Array(3).fill('/token?api=2&audience=sigstore'));
    expect(issuer.asked.at(-1)?.authorization).toBe(`Bearer ${REQUEST_TOKEN}`);
  });

  it('says why there is none, and nothing of the token it asked with', async () => {
    issuer.answers.push({ status: 403, body: `{"message":"no access for Bearer ${REQUEST_TOKEN}"}` });
    const { code, stdout } = await run(`${issuer.url}/token?api=2`);
    expect(code).toBe(1);
    expect(stdout).toContain('GitHub gave no OIDC token');
    expect(stdout).not.toContain(REQUEST_TOKEN);
    expect(issuer.asked).toHaveLength(1);
  });

  it('goes through the proxy of the environment', async () => {
    issuer.answers.push({ status: 200, body: '{"value":"through-proxy"}' });
    const { code, stdout } = await run('http://issuer.test/token?api=2', { http_proxy: issuer.url });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('got ***, 13 characters') });
    expect(issuer.asked.map(({ path }) => path)).toEqual([
      'http://issuer.test/token?api=2&audience=sigstore',
    ]);
  });

  it('goes around the proxy to its own machine', async () => {
    issuer.answers.push({ status: 200, body: '{"value":"direct"}' });
    const { code, stdout } = await run(`${issuer.url}/token?api=2`, { http_proxy: 'http://127.0.0.1:1' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('got ***, 6 characters') });
  });
});
