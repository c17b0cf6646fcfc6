import { systemClock } from '@artifact-lifecycle/core';
import { parseDigest } from '@artifact-lifecycle/registry';
import {
  type AttestationStore,
  type BundleOrigin,
  makeSignatureStatement,
  type SignedStatement,
  type Statement,
} from '@artifact-lifecycle/trust';
import { describe, expect, it } from '@jest/globals';
import { type Attesting, attestAll } from '../src/attest.ts';
import { tellOf } from '../src/attestation.ts';
import type { PlannedStatement } from '../src/statements.ts';
import { statementSubject } from '../src/subject.ts';

const plan = (index: number): PlannedStatement => {
  const digest = parseDigest(`sha256:${String(index).padStart(64, '0')}`, 'digest');
  const subject = {
    name: `file-${index}`,
    label: `file-${index}`,
    digest,
    registry: undefined,
    isIndex: false,
  };
  return { subject, kind: 'signature', statement: makeSignatureStatement([statementSubject(subject)]) };
};

const sign = (statement: Statement): SignedStatement => {
  const bundle = { mediaType: 'none' } as unknown as SignedStatement['bundle'];
  return { statement, bundle, bytes: Buffer.from(JSON.stringify(bundle)) };
};

/** Remembers what is put, in the order of stores. */
const store = (name: string, log: string[], failsFor?: string): AttestationStore => ({
  list: async () => [],
  put: async (_, { statement }): Promise<BundleOrigin> => {
    const about = statement.subject[0]?.name ?? '';
    if (about === failsFor) throw new Error(`${name} does not take ${about}`);
    log.push(`${name} ${about}`);
    return { kind: 'file', path: `/${name}/${about}`, line: undefined };
  },
});

function attesting(log: string[], changed: Partial<Attesting> = {}): Attesting {
  return {
    attestor: { describe: () => 'us', attest: async (statement) => sign(statement) },
    identity: 'us',
    identityOf: async () => undefined,
    pushToRegistry: true,
    files: store('files', log),
    github: store('github', log),
    clock: systemClock,
    signal: new AbortController().signal,
    onDone: () => {},
    ...changed,
  };
}

describe('attesting', () => {
  it('keeps every statement everywhere, and tells of them in the order of the plan', async () => {
    const log: string[] = [];
    const { attestations, failure } = await attestAll([1, 2, 3].map(plan), attesting(log));
    expect(failure).toBeUndefined();
    expect(attestations.map(({ planned }) => planned.subject.name)).toEqual(['file-1', 'file-2', 'file-3']);
    expect([...log].sort()).toEqual(
      ['files', 'github'].flatMap((name) => [1, 2, 3].map((index) => `${name} file-${index}`)),
    );
  });

  it('begins no statement after a failure, finishes those under way, and tells of all that are kept', async () => {
    const log: string[] = [];
    const { attestations, failure } = await attestAll(
      Array.from({ length: 200 }, (_, index) => plan(index)),
      attesting(log, { files: store('files', log, 'file-3') }),
    );
    expect(String(failure)).toContain('files does not take file-3');
    const kept = attestations.map(({ planned }) => planned.subject.name);
    expect(log.filter((line) => line.startsWith('github ')).sort()).toEqual(
      kept.map((name) => `github ${name}`).sort(),
    );
    expect(kept).not.toContain('file-3');
    expect(kept.length).toBeLessThan(32);
  });

  it('warns of a bundle that Kyverno does not read', () => {
    const warnings: string[] = [];
    const planned = plan(1);
    const signed = { ...sign(planned.statement), bytes: Buffer.alloc(10_000_001) };
    tellOf(
      { planned, outcome: 'signed', signed, origins: [] },
      { info: () => {}, warning: (text: string) => warnings.push(text) },
    );
    expect(warnings).toEqual([expect.stringContaining('10000001 bytes')]);
  });
});
