import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AuditFile, formatAuditLine, parseAudit } from '../../src/execute/audit.ts';
import { executePlan } from '../../src/execute/execute-plan.ts';
import { restoreDeleted } from '../../src/execute/restore.ts';
import { formatPlan, parsePlan } from '../../src/plan/plan-file.ts';
import { DEFAULT_RAILS } from '../../src/plan/rails.ts';
import { AuditLog, apply, CLOCK, planFor } from '../support/cleanup.ts';
import { FakeRegistry, findBroken } from '../support/fake-registry.ts';
import { NOW } from '../support/image.ts';

const POLICY =
  'classes:\n  dev: { match: { tags: "dev-*" }, keep: 14d }\n  rest: { match: { untagged: true }, keep: 7d }';

/** Releases, and development builds that are old: an index of two platforms with a signature each. */
function build(releases: number, builds: number): FakeRegistry {
  const registry = new FakeRegistry();
  for (let n = 0; n < releases + builds; n += 1) {
    const platforms = ['amd64', 'arm64'].map((name) => registry.image(`${name} ${n}`, [], 60 - n));
    const index = registry.index(`build ${n}`, platforms, [n < releases ? `v${n}` : `dev-${n}`], 60 - n);
    registry.image(`signature ${n}`, [], 60 - n, index);
  }
  return registry;
}

describe('a plan is carried out', () => {
  it('by taking several tags away one by one, each from the image as it is by then', async () => {
    const registry = new FakeRegistry();
    registry.image('both', ['v1', 'dev-1', 'dev-2'], 60);
    const seen: (readonly string[])[] = [];
    const untag = registry.untag.bind(registry);
    registry.untag = async (image, tag) => {
      seen.push(image.tags);
      await untag(image, tag);
    };
    const report = await apply(registry, await planFor(registry, { policy: POLICY }));
    expect(seen).toEqual([
      ['dev-1', 'dev-2', 'v1'],
      ['dev-2', 'v1'],
    ]);
    expect(report.untagged).toBe(1);
  });

  it('with an audit line before each deletion', async () => {
    const registry = build(2, 1);
    const audit = new AuditLog();
    const append = audit.append.bind(audit);
    audit.append = async (line) => {
      registry.log.push(`audit ${line.id}`);
      await append(line);
    };
    const plan = await planFor(registry, { policy: POLICY });
    const report = await apply(registry, plan, audit);
    expect(report).toMatchObject({ deleted: 4, failed: 0, skipped: 0, remaining: 0 });
    const acts = registry.log.filter((entry) => !entry.startsWith('get') && entry !== 'list');
    expect(acts).toEqual(plan.delete.flatMap(({ id }) => [`look ${id}`, `audit ${id}`, `delete ${id}`]));
    expect(audit.lines[0]).toEqual({
      time: new Date(NOW).toISOString(),
      target: 'ghcr.io/acme/app',
      id: plan.delete[0]?.id,
      digest: plan.delete[0]?.digest,
      tags: ['dev-2'],
      action: 'delete',
      rule: 'dev',
      outcome: 'started',
    });
  });

  it('but nothing that has got a tag since, nor what belongs to it', async () => {
    const registry = build(1, 2);
    const plan = await planFor(registry, { policy: POLICY });
    const [first] = plan.delete;
    for (const manifest of registry.manifests.values()) {
      if (manifest.id === first?.id) manifest.tags = [...manifest.tags, 'v9'];
    }
    const before = registry.clone();
    const report = await apply(registry, plan);
    expect(report).toMatchObject({ deleted: 4, skipped: 4 });
    expect(report.deletions[0]?.outcome).toEqual({ kind: 'skipped', reason: 'It has got the tag v9.' });
    expect(findBroken(registry, before)).toEqual([]);
  });

  it('and what was updated since stays', async () => {
    const registry = build(1, 1);
    for (const manifest of registry.manifests.values()) manifest.updatedAt = manifest.pushedAt;
    const plan = await planFor(registry, { policy: POLICY });
    for (const manifest of registry.manifests.values()) manifest.updatedAt = NOW;
    expect(await apply(registry, plan)).toMatchObject({ deleted: 0, skipped: 4 });
  });

  it('and what is refused keeps what refers to it, and is told in the audit file', async () => {
    const registry = build(1, 2);
    const plan = await planFor(registry, { policy: POLICY });
    const [first] = plan.delete;
    for (const { id, digest } of registry.manifests.values()) {
      if (id === first?.id)
        registry.undeletable.set(digest, new SuiteError('FORBIDDEN', 'More than 5000 downloads.'));
    }
    const audit = new AuditLog();
    const report = await apply(registry, plan, audit);
    expect(report).toMatchObject({ deleted: 4, failed: 1, skipped: 3 });
    expect(audit.lines.filter(({ id }) => id === first?.id).map(({ outcome }) => outcome)).toEqual([
      'started',
      'undone',
    ]);
  });

  it('and what is gone counts as done for what follows', async () => {
    const registry = build(1, 1);
    const plan = await planFor(registry, { policy: POLICY });
    for (const { id, digest } of [...registry.manifests.values()]) {
      if (id === plan.delete[0]?.id) registry.manifests.delete(digest);
    }
    expect(await apply(registry, plan)).toMatchObject({ deleted: 3, skipped: 0 });
  });

  it('or nothing of it past a rail', async () => {
    const registry = build(1, 2);
    const plan = await planFor(registry, { policy: POLICY });
    const execution = { service: registry, plan, rails: DEFAULT_RAILS, audit: new AuditLog(), clock: CLOCK };
    const ids = registry.ids();
    await expect(executePlan(execution)).rejects.toThrow(expect.objectContaining({ code: 'RAIL_EXCEEDED' }));
    expect(registry.ids()).toEqual(ids);
  });

  it('as far as the quota reaches, in whole parts; the next run ends it', async () => {
    const registry = build(2, 5);
    const plan = await planFor(registry, { policy: POLICY });
    registry.left = 10 + 2 * 8 + 3;
    const before = registry.clone();
    const report = await apply(registry, plan);
    expect(report).toMatchObject({ deleted: 8, remaining: 12, failed: 0 });
    expect(findBroken(registry, before)).toEqual([]);
    registry.left = undefined;
    const rest = await planFor(registry, { policy: POLICY, approved: plan });
    expect(await apply(registry, rest)).toMatchObject({ deleted: 12, remaining: 0 });
  });

  it('and stops where the service says that it wants no more', async () => {
    const registry = build(2, 5);
    const plan = await planFor(registry, { policy: POLICY });
    registry.left = 9;
    registry.quota = () => undefined;
    const before = registry.clone();
    const report = await apply(registry, plan);
    expect(report.deleted + report.remaining).toBe(20);
    expect(report.failed).toBe(0);
    expect(findBroken(registry, before)).toEqual([]);
  });
});

describe('what was deleted is brought back', () => {
  it('the last first, and everything is as it was', async () => {
    const registry = build(1, 3);
    const before = registry.ids();
    const plan = await planFor(registry, { policy: POLICY });
    const audit = new AuditLog();
    await apply(registry, plan, audit);
    registry.log.length = 0;
    const lines = parseAudit(Buffer.from(audit.lines.map(formatAuditLine).join('')), 'audit');
    const { items } = await restoreDeleted(registry, lines);
    expect(registry.log).toEqual(audit.lines.toReversed().map(({ id }) => `restore ${id}`));
    expect(items.every(({ outcome }) => outcome === 'restored')).toBe(true);
    expect(registry.ids()).toEqual(before);
  });

  it('but for what was never deleted, and what is of another target', async () => {
    const line = {
      time: '',
      target: 'ghcr.io/acme/app',
      id: '1',
      tags: [],
      action: 'delete',
      rule: 'r',
    } as const;
    const registry = new FakeRegistry();
    await restoreDeleted(registry, [
      { ...line, outcome: 'started' },
      { ...line, outcome: 'undone' },
      { ...line, id: '2', target: 'ghcr.io/acme/other', outcome: 'started' },
    ]);
    expect(registry.log).toEqual([]);
  });

  it('or the service says that it cannot', async () => {
    await expect(restoreDeleted(new FakeRegistry({ restore: 'none' }), [])).rejects.toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    );
  });
});

describe('an audit file', () => {
  const line = {
    time: '2026-11-01T12:00:00.000Z',
    target: 't',
    id: '1',
    digest: undefined,
    tags: ['a'],
    action: 'delete',
    rule: 'dev',
    outcome: 'started',
  } as const;

  it('is appended to, line by line', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'audit-'));
    try {
      const path = join(directory, 'audit.jsonl');
      for (const id of ['1', '2']) {
        const file = await AuditFile.open(path);
        await Promise.all([file.append({ ...line, id }), file.append({ ...line, id: `${id}b` })]);
        await file.close();
      }
      expect(parseAudit(await readFile(path), path).map(({ id }) => id)).toEqual(['1', '1b', '2', '2b']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('may end in the middle of a line', () => {
    const text = `${formatAuditLine(line)}{"time":`;
    expect(parseAudit(Buffer.from(text), 'audit')).toEqual([line]);
  });

  it('is refused with its line where it is none', () => {
    expect(() => parseAudit(Buffer.from(`${formatAuditLine(line)}{}\n`), 'audit')).toThrow(
      'audit:2 is no line of an audit file: time must be text',
    );
  });
});

describe('a plan file', () => {
  it('is refused where something would go before what must be gone first', async () => {
    const plan = await planFor(build(1, 1), { policy: POLICY });
    const text = formatPlan({ ...plan, delete: plan.delete.toReversed() });
    expect(() => parsePlan(Buffer.from(text), 'plan')).toThrow('which does not come before');
  });

  it('never ends otherwise than in a plan or in INPUT_INVALID', () => {
    const items = fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 });
    const near = fc.record({
      version: fc.constant(1),
      target: fc.string(),
      delete: items,
      keep: items,
      transition: items,
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), near), (value) => {
        try {
          parsePlan(Buffer.from(JSON.stringify(value)), 'plan');
        } catch (error) {
          expect(error).toMatchObject({ code: 'INPUT_INVALID' });
        }
      }),
    );
  });
});
