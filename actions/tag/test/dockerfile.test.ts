// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the variables of a Dockerfile.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findBaseImage } from '../src/dockerfile.ts';

const find = (...lines: readonly string[]): string | undefined =>
  findBaseImage(lines.join('\n'), 'Dockerfile');

describe('findBaseImage', () => {
  it.each([
    ['the only FROM', ['FROM alpine:3.20'], 'alpine:3.20'],
    ['the last of several', ['FROM golang AS build', 'FROM alpine'], 'alpine'],
    ['a stage by its name', ['FROM alpine:3 AS Base', 'FROM base'], 'alpine:3'],
    ['a stage of a stage', ['FROM alpine:3 AS a', 'FROM a AS b', 'FROM B'], 'alpine:3'],
    ['an image called like a later stage', ['FROM base', 'FROM base AS base'], 'base'],
    ['a platform in front', ['FROM --platform=$BUILDPLATFORM node:24 AS x'], 'node:24'],
    ['a digest', ['FROM a@sha256:0'], 'a@sha256:0'],
    ['an argument', ['ARG VERSION=3.20', 'FROM alpine:${VERSION}'], 'alpine:3.20'],
    ['an argument without braces', ['ARG BASE="alpine:3"', 'FROM $BASE'], 'alpine:3'],
    ['an argument of an argument', ['ARG V=3', 'ARG B=alpine:$V', 'FROM ${B}'], 'alpine:3'],
    ['several arguments of a line', ["ARG A=x B='y'", 'FROM $A/$B'], 'x/y'],
    ['a default at its use', ['ARG V', 'FROM alpine:${V:-edge}'], 'alpine:edge'],
    ['another word where it is set', ['ARG V=1', 'FROM alpine${V:+:edge}'], 'alpine:edge'],
    ['lines that go on', ['FROM \\', '# a comment', '  alpine:3 \\', '  AS x'], 'alpine:3'],
    ['backticks that go on', ['# escape=`', 'FROM `', 'windows'], 'windows'],
    ['lower case', ['from alpine as x'], 'alpine'],
    ['no FROM of a here-document', ['FROM alpine', 'RUN <<EOF', 'FROM evil', 'EOF', 'RUN true'], 'alpine'],
    ['a FROM behind what looks like a here-document', ['FROM a', 'RUN echo "x <<EOF"', 'FROM b'], 'b'],
    [
      'a FROM behind two here-documents',
      ['FROM a', 'RUN <<A <<B', 'FROM x', 'A', 'FROM y', 'B', 'RUN <<A', 'FROM z', 'A', 'FROM b'],
      'b',
    ],
    ['no FROM of a comment', ['FROM alpine', '# FROM evil'], 'alpine'],
    ['no argument after a FROM', ['FROM a', 'ARG X=1', 'FROM b${X}'], 'b'],
    ['carriage returns', ['FROM alpine\r', 'RUN true\r'], 'alpine'],
  ])('takes %s', (_, lines, image) => {
    expect(find(...lines)).toBe(image);
  });

  it.each([
    ['scratch', ['FROM scratch']],
    ['a stage from scratch', ['FROM scratch AS x', 'FROM x']],
  ])('finds nothing under %s', (_, lines) => {
    expect(find(...lines)).toBeUndefined();
  });

  it.each([
    ['nothing', ['']],
    ['no FROM', ['RUN true']],
    ['an argument without a default', ['ARG BASE', 'FROM $BASE']],
  ])('refuses %s, with the file', (_, lines) => {
    expect(() => find(...lines)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining('Dockerfile') }),
    );
  });

  it.each([
    ['a tag', ['FROM alpine:$V'], 'V'],
    ['a digest', ['ARG D', 'FROM alpine@${D}'], 'D'],
    ['a name', ['FROM $HUB/alpine'], 'HUB'],
    ['what only BuildKit knows', ['FROM alpine:3 AS base-amd64', 'FROM base-${TARGETARCH}'], 'TARGETARCH'],
    ['all', ['FROM ${IMAGE}'], 'IMAGE'],
  ])('names the argument that has no value where it is %s', (_, lines, name) => {
    expect(() => find(...lines)).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: `"Dockerfile" has "${lines.at(-1)}", whose image is not known: ${name} has no value before the first FROM.`,
        remedy: expect.stringContaining(`ARG ${name}=`),
      }),
    );
  });

  it.each([
    ['an instruction of half a million lines', `FROM a\nRUN \\\n${'\\\n'.repeat(500_000)}`],
    ['here-documents without an end', `FROM a\n${'RUN <<A\n'.repeat(130_000)}`],
  ])('reads %s in a moment', (_, text) => {
    const begin = performance.now();
    expect(findBaseImage(text, 'Dockerfile')).toBe('a');
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it('refuses arguments that double, before they fill the memory', () => {
    const lines = ['ARG A=xxxxxxxxxx', ...Array(60).fill('ARG A=$A$A'), 'FROM $A'];
    expect(() => find(...lines)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });

  it('ends with an image, nothing or a refusal, whatever is in it', () => {
    const line = fc.constantFrom(
      'FROM ',
      'a',
      'AS b',
      '\n',
      '\\\n',
      'ARG X=',
      '$X',
      '${X:-',
      '}',
      'RUN <<E',
      '#',
      '"',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        try {
          expect(typeof find(lines.join(''))).toMatch(/^(?:string|undefined)$/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INPUT_INVALID' });
        }
      }),
    );
  });
});
