import { describe, expect, it } from '@jest/globals';
import type { Measurement } from '../../../src/bench/measurement.ts';
import type { Describer } from '../../../src/bench/sbom/contestants.ts';
import { parseSbomArguments } from '../../../src/bench/sbom/options.ts';
import { reportTimes } from '../../../src/bench/sbom/report.ts';

describe('reads the command line of npm run bench -- sbom', () => {
  it.each([
    ['defaults', [], { runs: 3, only: [], size: 1, files: undefined }],
    ['contestants', ['--only', 'sbom, bare', '--runs=1'], { runs: 1, only: ['sbom', 'bare'], size: 1 }],
    ['a larger image', ['--size', '4'], { size: 4 }],
    ['small files', ['--files', '1000000'], { files: 1_000_000 }],
  ])('%s', (_, args, expected) => {
    expect(parseSbomArguments(args)).toMatchObject(expected);
  });

  it.each([
    ['--size', '0'],
    ['--runs', 'many'],
    ['--files', '1.5'],
  ])('refuses %s %s', (name, value) => {
    expect(() => parseSbomArguments([name, value])).toThrow(`${name} ${value}: write 1 to`);
  });

  it('knows that help was asked for', () => {
    expect(parseSbomArguments(['--help'])).toBeUndefined();
  });
});

describe('the report of times', () => {
  const describer = (name: string): Describer => ({
    name,
    version: '1',
    command: name,
    describe: async () => undefined,
  });
  const row = (name: string, seconds: number, memory = 100e6) => {
    const median: Measurement = { seconds, cpuSeconds: seconds * 2, memory, requests: 0 };
    return { describer: describer(name), median, packages: 7 };
  };

  it('says which goals are reached, and which are not', () => {
    const report = reportTimes([row('sbom', 4, 310e6), row('syft', 10), row('bare', 3)], 300);
    expect(report).toContain("at most 1/2 of Syft's time: 0.40. Reached.");
    expect(report).toContain("the aim, 1/3 of Syft's time: 0.40. Not reached.");
    expect(report).toContain('at most 1.5 times the bare reading: 1.33. Reached.');
    expect(report).toContain('at most 300 MB of memory: 310.00. Not reached.');
  });

  it('judges nothing that was not measured', () => {
    expect(reportTimes([row('syft', 10)], 300)).not.toContain('eached');
  });
});
