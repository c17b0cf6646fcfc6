import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { makeImage, seed } from '@artifact-lifecycle/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ask, errorCode } from './support/ask.ts';
import { makeDirectory } from './support/registry.ts';

// Starting a process takes a while where other work shares the machine.
jest.setTimeout(30_000);

const MAIN = fileURLToPath(new URL('../src/registry/main.ts', import.meta.url));
const IMAGE = makeImage();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--no-warnings', '--conditions=source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

/** Starts the program and gives the address that it prints. */
async function start(
  args: readonly string[],
): Promise<{ readonly url: string; readonly stop: () => Promise<unknown> }> {
  const child = run(args);
  const [line] = await once(child.stdout ?? child, 'data');
  const url = String(line).trim();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const stop = async (): Promise<unknown> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  };
  return { url, stop };
}

describe('the program', () => {
  it('prints its address, serves, and ends on SIGTERM', async () => {
    const { url, stop } = await start([]);
    expect((await ask(`${url}/v2/`)).status).toBe(200);
    expect(await stop()).toBe(0);
  });

  it('finds the content of a directory again', async () => {
    const root = await makeDirectory();
    const first = await start(['--root', root]);
    await seed(first.url, 'a', IMAGE, { tags: ['t'] });
    expect(await first.stop()).toBe(0);
    const second = await start(['--root', root, '--port', '0']);
    expect((await ask(`${second.url}/v2/a/manifests/t`)).body.equals(IMAGE.bytes)).toBe(true);
    expect(await second.stop()).toBe(0);
  });

  it('behaves as its arguments say', async () => {
    const args =
      '--referrers none --auth basic --user a:b --anonymous-pull --no-delete --no-mount --immutable-tags harbor';
    const { url, stop } = await start([...args.split(' '), '--chunk-min-length', '7', '--tag-parameters']);
    const authorization = `Basic ${btoa('a:b')}`;
    expect((await ask(`${url}/v2/x/blobs/uploads/`, { method: 'POST' })).status).toBe(401);
    await seed(url, 'x', IMAGE, { tags: ['t'], authorization });
    expect((await ask(`${url}/v2/x/referrers/${IMAGE.digest}`)).status).toBe(404);
    const removed = await ask(`${url}/v2/x/manifests/t`, { method: 'DELETE', headers: { authorization } });
    expect([removed.status, errorCode(removed)]).toEqual([405, 'UNSUPPORTED']);
    const other = makeImage({ layers: ['other'] });
    await expect(seed(url, 'x', other, { tags: ['t'], authorization })).rejects.toThrow(/answered 412/);
    const digest = IMAGE.blobs[0]?.descriptor.digest;
    const mount = await ask(`${url}/v2/y/blobs/uploads/?mount=${digest}&from=x`, {
      method: 'POST',
      headers: { authorization },
    });
    expect([mount.status, mount.headers['oci-chunk-min-length']]).toEqual([202, '7']);
    expect(await stop()).toBe(0);
  });

  it.each([
    ['a wrong choice', ['--referrers', 'some'], /--referrers is api, none, not "some"/],
    ['a port that is none', ['--port', 'x'], /--port takes a number, not "x"/],
    ['authorisation without users', ['--auth', 'basic'], /--auth basic needs --user/],
    ['a user without a password', ['--auth', 'basic', '--user', 'me'], /NAME:PASSWORD/],
    ['an unknown argument', ['--colour'], /--colour/],
  ])('refuses %s', async (_name, args, message) => {
    const child = run(args);
    let text = '';
    child.stderr?.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(text).toMatch(message);
    expect(text).not.toMatch(/\n\s+at /);
  });

  it('explains itself', async () => {
    const child = run(['--help']);
    const [text] = await once(child.stdout ?? child, 'data');
    for (const option of ['--port', '--root', '--referrers', '--auth', '--tls-cert'])
      expect(String(text)).toContain(option);
  });
});
