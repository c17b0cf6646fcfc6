import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RegistryOptions, startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';
import { afterEach, expect } from '@jest/globals';
import { ask, type Question, type Reply } from './ask.ts';

const running: TestRegistry[] = [];
const directories: string[] = [];

afterEach(async () => {
  const closed = running.splice(0);
  await Promise.all(closed.map((registry) => registry.close()));
  await Promise.all(directories.splice(0).map((path) => rm(path, { recursive: true, force: true })));
  // A defect of the server is a failure of whichever test met it.
  expect(closed.flatMap((registry) => registry.defects)).toEqual([]);
});

/** Starts a registry that ends with the test. */
export async function openRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options);
  running.push(registry);
  return registry;
}

/** A directory that goes with the test. */
export async function makeDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'test-registry-'));
  directories.push(path);
  return path;
}

/** Begins an upload and gives its absolute URL. */
export async function beginUpload(registry: TestRegistry, repository = 'a', query = ''): Promise<string> {
  const reply = await ask(`${registry.url}/v2/${repository}/blobs/uploads/${query}`, { method: 'POST' });
  expect(reply.status).toBe(202);
  return locationOf(registry, reply);
}

/** The absolute URL of an answer's `Location`. */
export function locationOf(registry: TestRegistry, reply: Reply): string {
  return new URL(reply.headers.location ?? '', registry.url).href;
}

/** Asks for a path of a registry. */
export function askPath(registry: TestRegistry, path: string, question: Question = {}): Promise<Reply> {
  return ask(`${registry.url}${path}`, question);
}
