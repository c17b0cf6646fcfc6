import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COMMON_OUTPUTS } from '../../src/action/common-inputs.ts';
import { countLists, sortKeys } from '../../src/action/json-value.ts';
import { MAX_JSON_OUTPUT_BYTES, type RunResult, writeOutputs } from '../../src/action/outputs.ts';
import { defineAction } from '../../src/action/spec.ts';
import { ERROR_CODES, SuiteError } from '../../src/errors.ts';
import { recordRunner } from './recording-runner.ts';

const action = defineAction({
  name: 'demo',
  title: 'Demo',
  description: 'Writes everything.',
  branding: { icon: 'box', color: 'blue' },
  inputs: {},
  outputs: {
    promoted: { kind: 'boolean', description: 'Whether.', onFailure: false },
    digest: { kind: 'string', description: 'Digest.' },
    'freed-bytes': { kind: 'integer', description: 'Bytes.' },
    references: { kind: 'lines', description: 'Where.' },
    statistics: { kind: 'json', description: 'Numbers.' },
    labels: { kind: 'twofold', description: 'Labels.' },
    ...COMMON_OUTPUTS,
  },
});

const temporary = mkdtempSync(join(tmpdir(), 'outputs-test-'));

function write(result: Partial<RunResult>): ReadonlyMap<string, string> {
  const runner = recordRunner();
  writeOutputs(
    action,
    { values: {}, facts: {}, error: undefined, ...result },
    { RUNNER_TEMP: temporary },
    runner,
  );
  return runner.outputs;
}

describe('writeOutputs', () => {
  it('writes each output by its kind, and all of them as json with sorted keys', () => {
    const outputs = write({
      values: {
        promoted: true,
        digest: 'sha256:a',
        freedBytes: 0,
        references: ['a:1', 'b:1'],
        statistics: { b: 1, a: { d: 1, c: 2 } },
      },
      facts: { copied: [{ size: 1, digest: 'd' }], nothing: undefined },
    });
    expect(Object.fromEntries(outputs)).toEqual({
      promoted: 'true',
      digest: 'sha256:a',
      'freed-bytes': '0',
      references: 'a:1\nb:1',
      statistics: '{"a":{"c":2,"d":1},"b":1}',
      json: '{"copied":[{"digest":"d","size":1}],"digest":"sha256:a","freed-bytes":0,"promoted":true,"references":["a:1","b:1"],"statistics":{"a":{"c":2,"d":1},"b":1}}',
    });
  });

  it('writes what has two forms as text, and as a value in json', () => {
    const labels = { text: 'a=1,b=2', json: { a: '1', b: '2' } };
    const outputs = write({ values: { labels } });
    expect(Object.fromEntries(outputs)).toEqual({
      labels: 'a=1,b=2',
      json: '{"labels":{"a":"1","b":"2"}}',
    });
  });

  it('writes the same bytes whatever the order of the facts', () => {
    const one = write({ values: { digest: 'd', promoted: true }, facts: { b: 1, a: 2 } });
    const two = write({ values: { promoted: true, digest: 'd' }, facts: { a: 2, b: 1 } });
    expect(one.get('json')).toBe(two.get('json'));
  });

  it('says on failure what went wrong, and what must hold then', () => {
    const outputs = write({
      values: { digest: 'sha256:a' },
      error: new SuiteError('TAG_EXISTS', 'It exists.', { remedy: 'Publish another.' }),
    });
    expect(Object.fromEntries(outputs)).toEqual({
      promoted: 'false',
      digest: 'sha256:a',
      'error-code': 'TAG_EXISTS',
      json: '{"digest":"sha256:a","error":{"code":"TAG_EXISTS","message":"It exists.","remedy":"Publish another."},"promoted":false}',
    });
  });

  it('lets an output that was set before the failure stand', () => {
    const outputs = write({ values: { promoted: true }, error: new SuiteError('INTERNAL', 'Late.') });
    expect(outputs.get('promoted')).toBe('true');
    expect(JSON.parse(outputs.get('json') ?? '')).toEqual({
      promoted: true,
      error: { code: 'INTERNAL', message: 'Late.', remedy: ERROR_CODES.INTERNAL.remedy },
    });
  });

  it('lets no fact replace an output or the error', () => {
    const outputs = write({
      values: { digest: 'd' },
      facts: { digest: 'x', error: 'x' },
      error: new SuiteError('INTERNAL', 'm'),
    });
    expect(JSON.parse(outputs.get('json') ?? '')).toMatchObject({ digest: 'd', error: { code: 'INTERNAL' } });
  });

  it('counts lists over the limit, and keeps the whole in a file', () => {
    const plan = Array.from({ length: 10_000 }, (_, index) => ({
      digest: `sha256:${index}`.padEnd(71, '0'),
    }));
    const outputs = write({ values: { promoted: true, statistics: { plan, inner: { list: plan } } } });
    const file = outputs.get('json-file') ?? '';
    expect(file.startsWith(temporary)).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      promoted: true,
      statistics: { plan, inner: { list: plan } },
    });
    expect(JSON.parse(outputs.get('json') ?? '')).toEqual({
      promoted: true,
      statistics: { plan: 10_000, inner: { list: 10_000 } },
      'json-file': file,
    });
  });

  it('keeps json under the limit even where texts and objects fill it', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`key-number-${index}`, index]),
    );
    const outputs = write({ values: { promoted: true, digest: 'd'.repeat(300_000) }, facts: { wide } });
    expect(Buffer.byteLength(outputs.get('json') ?? '')).toBeLessThanOrEqual(MAX_JSON_OUTPUT_BYTES);
    expect(JSON.parse(outputs.get('json') ?? '')).toEqual({
      promoted: true,
      'json-file': outputs.get('json-file'),
    });
  });

  it('measures bytes, not characters', () => {
    const outputs = write({ values: { digest: '€'.repeat(MAX_JSON_OUTPUT_BYTES / 3) } });
    expect(outputs.has('json-file')).toBe(true);
    expect(write({ values: { digest: 'e'.repeat(MAX_JSON_OUTPUT_BYTES / 3) } }).has('json-file')).toBe(false);
  });

  it('falls back to the temporary directory of the system', () => {
    const runner = recordRunner();
    const result = { values: { digest: 'x'.repeat(MAX_JSON_OUTPUT_BYTES) }, facts: {}, error: undefined };
    writeOutputs(action, result, { RUNNER_TEMP: '' }, runner);
    expect(runner.outputs.get('json-file')?.startsWith(tmpdir())).toBe(true);
  });
});

describe('sortKeys', () => {
  it('keeps a key named __proto__ a key', () => {
    const hostile: unknown = JSON.parse('{"b":{"__proto__":{"polluted":1}},"a":1}');
    expect(JSON.stringify(sortKeys(hostile))).toBe('{"a":1,"b":{"__proto__":{"polluted":1}}}');
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it.each([
    ['nothing', undefined, null],
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['a function', { f: () => 1, a: [() => 1] }, { a: [null] }],
  ])('writes %s as JSON does', (_, value, expected) => {
    expect(sortKeys(value)).toEqual(expected);
  });
});

describe('countLists', () => {
  it('counts what lies too deep', () => {
    expect(countLists({ a: { b: { c: { d: 1, e: 2 } } }, l: [1, 2] }, 3)).toEqual({
      a: { b: { c: 2 } },
      l: 2,
    });
  });
});
