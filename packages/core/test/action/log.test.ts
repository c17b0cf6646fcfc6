import { describe, expect, it } from '@jest/globals';
import { createLog, MAX_ANNOTATIONS } from '../../src/action/log.ts';
import { recordRunner } from './recording-runner.ts';

describe('the log', () => {
  it.each([
    ['a command', '::set-output name=a::b'],
    ['a command behind white space', ' \t::add-mask::a'],
    ['a command on a later line', 'fine\n::warning::x'],
    ['a command behind a lone carriage return', 'fine\r::warning::x'],
    ['a command behind what only .NET takes for white space', '\u0085 ::error::x'],
    ['a command of the old form', 'fine ##[error]x'],
  ])('takes the power from %s', (_, text) => {
    const runner = recordRunner();
    createLog(runner).info(text);
    const [line = ''] = runner.lines;
    // .NET's TrimStart, by which the runner judges a line.
    const trimmed = line.split(/[\r\n]/).map((part) => part.replace(/^(?:\s|\u0085)+/, ''));
    expect(trimmed.some((part) => part.startsWith('::'))).toBe(false);
    expect(line).not.toContain('##[');
    expect(line.replaceAll('\u200b', '')).toBe(text);
  });

  it('takes no longer over many blank lines than over as many letters', () => {
    const log = createLog(recordRunner());
    const begin = performance.now();
    log.info('\n'.repeat(200_000));
    // Quadratic, this took half a minute.
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  it('leaves colons elsewhere as they are', () => {
    const runner = recordRunner();
    createLog(runner).info('[::1]:5000 serves std::vector');
    expect(runner.lines).toEqual(['[::1]:5000 serves std::vector']);
  });

  it('hides a secret and its base64 in lines, annotations, group titles and debug texts', async () => {
    const runner = recordRunner();
    const log = createLog(runner);
    log.mask('s3cret-value');
    log.info('a s3cret-value');
    log.debug('b s3cret-value');
    log.warning('c s3cret-value');
    log.verdict('d s3cret-value', {});
    await log.group('e s3cret-value', async () => log.info(Buffer.from('s3cret-value').toString('base64')));
    const seen = JSON.stringify([runner.lines, runner.debugged, runner.annotations]);
    expect(seen).not.toContain('s3cret-value');
    expect(seen).not.toContain(Buffer.from('s3cret-value').toString('base64'));
    expect(runner.lines).toEqual(['a ***', '▼ e ***', '***', '▲']);
    expect(runner.masks).toEqual(['s3cret-value', Buffer.from('s3cret-value').toString('base64')]);
  });

  it('leaves short secrets to the runner, and masks no empty one', () => {
    const runner = recordRunner();
    const log = createLog(runner);
    log.mask('');
    log.mask('ab');
    log.info('about');
    expect(runner.masks).toEqual(['ab', 'YWI=']);
    expect(runner.lines).toEqual(['about']);
  });

  it('does not nest groups, and ends one when its work fails', async () => {
    const runner = recordRunner();
    const log = createLog(runner);
    const work = log.group('outer', () =>
      log.group('inner', async () => {
        throw new Error('no');
      }),
    );
    await expect(work).rejects.toThrow('no');
    await log.group('next', async () => undefined);
    expect(runner.lines).toEqual(['▼ outer', 'inner', '▲', '▼ next', '▲']);
  });

  it('clears the line of a progress bar before it writes', async () => {
    const written: string[] = [];
    const runner = recordRunner({
      print: (text) => void written.push(text),
      annotate: (kind) => void written.push(kind),
      startGroup: (title) => void written.push(title),
      endGroup: () => void written.push('end'),
    });
    const log = createLog(runner, () => void written.push('clear'));
    await log.group('group', async () => log.info('line'));
    log.warning('careful');
    log.verdict('wrong', {});
    expect(written).toEqual(
      ['group', 'line', 'end', 'warning', 'error'].flatMap((entry) => ['clear', entry]),
    );
  });

  it('never annotates more than GitHub shows, and counts what it leaves out', () => {
    const runner = recordRunner();
    const log = createLog(runner);
    for (let index = 0; index < 25; index += 1) {
      log.warning(`w${index}`);
      log.error(`e${index}`);
    }
    log.notice('n');
    log.finish();
    log.verdict('the end', {});
    const of = (kind: string) => runner.annotations.filter((annotation) => annotation.kind === kind);
    expect(of('warning')).toHaveLength(MAX_ANNOTATIONS);
    expect(of('error')).toHaveLength(MAX_ANNOTATIONS);
    expect(of('notice')).toHaveLength(1);
    expect(of('warning').at(-1)?.text).toBe('16 more of these are in the log.');
    expect(of('error').at(-1)?.text).toBe('the end');
    expect(runner.lines).toContain('warning: w24');
    expect(runner.lines).toContain('error: e24');
  });
});
