import { isSuiteError } from '@artifact-lifecycle/core';
import { type Gates, parseGates, renderPolicySchema } from '@artifact-lifecycle/core/policy';
import { findWeakenings, tightenGates } from '@artifact-lifecycle/gates';
import { describe, expect, it } from '@jest/globals';
import { GATE_RULES } from '../../src/tightening/gate-rules.ts';
import { TIGHTENING_ROWS } from './rows.ts';

function read(gate: string, settings: string): Gates {
  return parseGates(`${gate}: ${settings}`, 'gates');
}

/** Schemas as far as this test walks them. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
}

const schema: Schema = JSON.parse(renderPolicySchema());
const gateSchemas =
  schema.properties?.['environments']?.additionalProperties?.properties?.['gates']?.properties ?? {};

function settingsOf({ properties, anyOf = [] }: Schema): readonly string[] {
  return properties === undefined ? anyOf.flatMap(settingsOf) : Object.keys(properties);
}

const allSettings = Object.entries(gateSchemas).flatMap(([gate, one]) =>
  settingsOf(one).map((setting) => ({ gate, setting })),
);

describe('tightenGates', () => {
  it.each(TIGHTENING_ROWS)('$name', ({ gate, policy, input, weakens }) => {
    const found = findWeakenings(read(gate, policy), read(gate, input));
    expect(found.map(({ setting, path }) => `${setting}${path}`)).toEqual(weakens);
    expect(found.every((weakening) => weakening.gate === gate)).toBe(true);
  });

  it('knows the gates and settings of the schema', () => {
    expect(allSettings.length).toBeGreaterThan(70);
    expect(Object.keys(GATE_RULES)).toEqual(Object.keys(gateSchemas));
  });

  it.each(allSettings.filter(({ setting }) => setting !== 'warn-only'))(
    '$gate.$setting has rows that weaken it and rows that do not',
    ({ gate, setting }) => {
      const rows = TIGHTENING_ROWS.filter((row) => row.gate === gate);
      // A signer is told by how the input names it, and its issuer with it.
      const names = /^certificate-|^key$/.test(setting)
        ? /^(?:certificate-.*|key)$/
        : new RegExp(`^${setting}`);
      expect(rows.some(({ weakens }) => weakens.some((name) => names.test(name)))).toBe(true);
      expect(rows.some(({ of = [] }) => of.includes(setting))).toBe(true);
    },
  );

  it('knows the settings of a metric and of an exception', () => {
    const listed = (gate: string, setting: string): readonly string[] =>
      Object.keys(gateSchemas[gate]?.properties?.[setting]?.items?.properties ?? {});
    const ruled = TIGHTENING_ROWS.flatMap(({ weakens }) => weakens);
    const metric = listed('canary', 'metrics');
    expect(metric.filter((name) => !ruled.includes(`metrics["errors"].${name}`))).toEqual(['name']);
    expect(metric.length).toBeGreaterThan(5);
    expect(listed('vulnerabilities', 'ignore')).toEqual(['id', 'package', 'reason', 'until']);
  });

  it.each(Object.keys(gateSchemas))('%s: only to warn is weaker, to stop is not', (gate) => {
    const row = TIGHTENING_ROWS.find((one) => one.gate === gate && one.weakens.length === 0);
    const settings = { platforms: '{ require: [linux/amd64] }', soak: '{ for: 24h }' };
    const base = new Map(Object.entries(settings)).get(gate) ?? row?.policy ?? '{}';
    const withWarning = (value: boolean): string =>
      base.replace(
        /\{ ?(.*?) ?\}$/s,
        (_, inner: string) => `{ ${inner === '' ? '' : `${inner}, `}warn-only: ${value} }`,
      );
    const [stopping, warning] = [read(gate, base), read(gate, withWarning(true))];
    const [first] = findWeakenings(stopping, warning);
    expect(first).toEqual({ gate, setting: 'warn-only', path: '', policy: 'false', input: 'true' });
    expect(findWeakenings(warning, read(gate, withWarning(false)))).toEqual([]);
  });

  it('adds gates, with whatever settings', () => {
    const policy = read('soak', '24h');
    const input = read('tests', '{ junit: [a.xml], max-failed: 5, warn-only: true }');
    expect(tightenGates(policy, input)).toEqual({ ...policy, ...input });
  });

  it('keeps what the input leaves out', () => {
    const policy = read('tests', '{ junit: [a.xml], min-passed: 5, max-failed: 3 }');
    expect(tightenGates(policy, read('tests', '{ junit: [a.xml], max-failed: 1 }'))).toEqual({
      tests: { junit: ['a.xml'], minPassed: 5, maxFailed: 1 },
    });
  });

  it('keeps what the input leaves out of a metric', () => {
    const policy = read(
      'canary',
      '{ metrics: [{ name: a, file: a, critical: true, tolerance: 0.1 }, { name: b, file: b }] }',
    );
    const input = read(
      'canary',
      '{ metrics: [{ name: b, file: b, tolerance: 0 }, { name: a, file: a }], pass: 99 }',
    );
    expect(tightenGates(policy, input)).toEqual({
      canary: {
        pass: 99,
        metrics: [
          { name: 'a', file: 'a', critical: true, tolerance: 0.1 },
          { name: 'b', file: 'b', tolerance: 0 },
        ],
      },
    });
  });

  it('lists all that would be weaker, with gate, setting and both values', () => {
    const policy = parseGates(
      'soak: 24h\ntests: { junit: [a.xml], max-failed: 0 }\nplatforms: [linux/amd64]',
      'gates',
    );
    const input = parseGates('soak: 1h\ntests: { junit: [a.xml], max-failed: 2, warn-only: true }', 'gates');
    expect(errorOf(() => tightenGates(policy, input))).toEqual({
      code: 'POLICY_WEAKENED',
      message: `The input "gates" would weaken 3 settings of the policy:
  tests.max-failed is 0 in the policy, and 2 in the input.
  tests.warn-only is false in the policy, and true in the input.
  soak.for is 1d in the policy, and 1h in the input.`,
    });
  });

  it('says one weakening in one sentence', () => {
    const message = errorOf(() => tightenGates(read('soak', '24h'), read('soak', '1h'))).message;
    expect(message).toBe(
      'The input "gates" would weaken the policy: soak.for is 1d in the policy, and 1h in the input.',
    );
  });

  it.each([
    { name: 'provenance', policy: 'provenance: { min-slsa-level: 2 }' },
    { name: 'tests', policy: 'tests: { attestation: true }' },
  ])("refuses a signature of the input where it would stand in for $name's missing signer", ({ policy }) => {
    const found = findWeakenings(parseGates(policy, 'gates'), read('signature', '{ key: evil.pub }'));
    expect(found.map(({ gate, setting, input }) => ({ gate, setting, input }))).toEqual([
      { gate: 'signature', setting: 'key', input: 'key evil.pub' },
    ]);
  });

  it('compares the signer of an attestation with the one that stands in for it', () => {
    const policy = parseGates('signature: { key: a.pub }\nattestation: { predicate-type: "a:b" }', 'gates');
    const input = (key: string): Gates => read('attestation', `{ predicate-type: "a:b", key: ${key} }`);
    expect(findWeakenings(policy, input('a.pub'))).toEqual([]);
    expect(findWeakenings(policy, input('b.pub')).map(({ setting }) => setting)).toEqual(['key']);
  });
});

function errorOf(run: () => unknown): { readonly code: string; readonly message: string } {
  try {
    run();
  } catch (error) {
    if (isSuiteError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('It did not throw.');
}
