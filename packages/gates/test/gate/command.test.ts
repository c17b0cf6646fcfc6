import {
  COMMAND_DOCUMENT_SCHEMA,
  type CommandDocument,
  commandCall,
  judgeCommand,
  readCommandAnswer,
  writeCommandDocument,
} from '@artifact-lifecycle/gates';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';

const run = ['node', 'gates/licences.mjs', '--strict'];

function exited(code: number, stdout: string, isCut = false) {
  return { kind: 'exited', code, stdout: new TextEncoder().encode(stdout), isCut } as const;
}

describe('judgeCommand', () => {
  it.each([
    { name: 'exit code 0', outcome: exited(0, ''), verdict: 'pass', reason: 'node says yes.' },
    { name: 'exit code 1', outcome: exited(1, ''), verdict: 'fail', reason: 'node says no: exit code 1.' },
    {
      name: 'exit code 0 with a reason',
      outcome: exited(0, ' \n{"reason": "All is licensed.", "evidence": {"licences": ["MIT"]}}\n'),
      verdict: 'pass',
      reason: 'All is licensed.',
    },
    {
      name: 'exit code 2 with a reason that says otherwise',
      outcome: exited(2, '{"reason": "All is well.", "verdict": "pass"}'),
      verdict: 'fail',
      reason: 'All is well.',
    },
    {
      name: 'a log',
      outcome: exited(0, 'Checking…\n{"reason": "x"}'),
      verdict: 'pass',
      reason: 'node says yes.',
    },
    {
      name: 'a reason that is none',
      outcome: exited(0, '{"reason": ["x"]}'),
      verdict: 'pass',
      reason: 'node says yes.',
    },
    {
      name: 'what is cut off',
      outcome: exited(0, '{"reason": "x"', true),
      verdict: 'pass',
      reason: 'node says yes.',
    },
    {
      name: 'no end',
      outcome: { kind: 'timed-out' } as const,
      verdict: 'error',
      reason: 'node was not done after 10m.',
    },
    {
      name: 'no program',
      outcome: { kind: 'broken', problem: 'There is no program node.' } as const,
      verdict: 'error',
      reason: 'node did not run to its end: There is no program node.',
    },
  ])('judges $name: $verdict', ({ outcome, verdict, reason }) => {
    expect(judgeCommand({ run }, outcome)).toMatchObject({ verdict, reason, evidence: { run } });
  });

  it('keeps the evidence of the program', () => {
    const { evidence } = judgeCommand(
      { run },
      exited(0, '{"evidence": {"a": [1, {"b": null}], "__proto__": {"x": 1}}}'),
    );
    expect(evidence).toEqual({ run, exitCode: 0, evidence: { a: [1, { b: null }] } });
    expect(JSON.stringify(evidence)).not.toContain('__proto__');
  });

  it.each([
    { name: 'too long', stdout: JSON.stringify({ evidence: { a: 'x'.repeat(20_000) } }) },
    { name: 'too deep', stdout: `{"evidence": ${'{"a":'.repeat(100)}1${'}'.repeat(101)}` },
    { name: 'too many', stdout: JSON.stringify({ evidence: { a: Array(2000).fill(1) } }) },
    { name: 'no object', stdout: '{"evidence": [1]}' },
    { name: 'no JSON', stdout: '{evidence: 1}' },
  ])('takes no evidence that is $name, and says so', ({ stdout }) => {
    const { verdict, evidence } = judgeCommand({ run }, exited(0, stdout));
    expect(verdict).toBe('pass');
    expect(evidence['evidence']).toBeUndefined();
    expect(typeof evidence['problem']).toBe('string');
  });

  it('reads anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isCut) => {
        const object = Uint8Array.of(0x7b, ...bytes);
        expect(() => [readCommandAnswer(bytes, isCut), readCommandAnswer(object, isCut)]).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (evidence) => {
        const answer = readCommandAnswer(new TextEncoder().encode(`{"evidence": ${evidence}}`), false);
        expect(() => JSON.stringify(answer)).not.toThrow();
      }),
    );
  });
});

describe('commandCall', () => {
  const document: CommandDocument = {
    version: 1,
    artifact: { name: 'ghcr.io/acme/api', digest: 'sha256:1', tag: null, platforms: ['linux/amd64'] },
    promotion: {
      environment: 'production',
      from: 'staging',
      version: '1.0.0',
      destinations: ['ghcr.io/acme/prod'],
    },
    time: '2026-11-30T12:00:00Z',
    gates: [{ gate: 'soak', verdict: 'pass', reason: 'x', evidence: {}, isWarning: false }],
  };

  it('calls the program without a shell, with the evidence, for as long as is allowed', () => {
    const call = commandCall({ run }, document);
    expect(call).toMatchObject({
      program: 'node',
      args: ['gates/licences.mjs', '--strict'],
      timeout: 600_000,
    });
    expect(JSON.parse(new TextDecoder().decode(call.input))).toEqual(document);
  });

  it('writes what its schema describes', () => {
    const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(COMMAND_DOCUMENT_SCHEMA);
    const written = JSON.parse(new TextDecoder().decode(writeCommandDocument(document)));
    expect(validate(written)).toBe(true);
    expect(validate({ ...written, artifact: {} })).toBe(false);
  });
});
