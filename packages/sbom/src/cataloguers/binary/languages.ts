import type { Classifier } from './classifier.ts';

/** `1.2`, `1.2.3`, with what may follow. */
const JAVA_NAMES = /^java(?:\.exe)?$/;

/** Up to the build; distributions add their own names behind it. */
const JAVA_VERSION = /^([\d._]+(?:[+-]b?\d+(?:-\d+)?)?(?:-LTS)?)/;

/** Runtimes and compilers of languages. */
export const LANGUAGES: readonly Classifier[] = [
  {
    name: 'python',
    files: /^(?:libpython\d\.\d+[a-z]*\.(?:so|dylib).*|python\d\.\d+[a-z]*)$/,
    signs: [{ named: /python(\d\.\d+)/ }],
    cpe: 'python:python',
  },
  {
    name: 'pypy',
    files: /^(?:libpypy.*\.so|pypy[\d.]*)$/,
    signs: [{ near: '[PyPy ', pattern: /\[PyPy (\d+\.\d+\.\d+)/ }],
    cpe: 'pypy:pypy',
  },
  {
    name: 'node',
    files: /^(?:node|nodejs|libnode\.so.*|node\.exe)$/,
    signs: [
      { near: 'node.js/v', pattern: /node\.js\/v(\d+\.\d+\.\d+)/ },
      {
        near: 'https://nodejs.org/d',
        pattern: /nodejs\.org\/(?:dist|download\/release)\/v(\d+\.\d+\.\d+)\//,
      },
    ],
    cpe: 'nodejs:node.js',
  },
  {
    name: 'bun',
    files: /^bun(?:\.exe)?$/,
    signs: [
      { near: 'Bun/', pattern: /Bun\/(\d+\.\d+\.\d+)/ },
      { near: 'Bun v', pattern: /Bun v(\d+\.\d+\.\d+)/ },
      { near: 'bun-v', pattern: /bun-v(\d+\.\d+\.\d+)/ },
    ],
    cpe: 'bun:bun',
  },
  {
    name: 'deno',
    files: /^deno(?:\.exe)?$/,
    signs: [
      { near: 'Deno/', pattern: /Deno\/(\d+\.\d+\.\d+)/ },
      { near: 'deno/', pattern: /deno\/v?(\d+\.\d+\.\d+)/ },
    ],
    cpe: 'deno:deno',
  },
  {
    name: 'go',
    files: /^go(?:\.exe)?$/,
    // The version stands behind the header of 32 bytes, its length before it.
    signs: [{ near: '\xff Go buildinf:', pattern: /go(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)/, after: 48 }],
    cpe: 'golang:go',
  },
  {
    name: 'go',
    files: /(?:^|\/)go\/VERSION(?:\.cache)?$/,
    signs: [{ start: /^(?:devel )?go(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?(?:-[0-9a-f]{7,40})?)/ }],
    cpe: 'golang:go',
  },
  {
    name: 'rust',
    files: /^(?:libstd-[0-9a-f]+\.(?:so|dylib)|std-[0-9a-f]+\.dll|rustc)$/,
    signs: [
      { near: 'rustc version ', pattern: /rustc version (\d+\.\d+\.\d+(?:-(?:beta|nightly)[\w.]*)?) \(/ },
      { near: 'clang LLVM (rustc version ', pattern: /rustc version (\d+\.\d+\.\d+)/ },
    ],
    cpe: 'rust-lang:rust',
  },
  {
    name: 'ruby',
    files: /^(?:ruby[\d.]*|libruby.*\.(?:so|dylib).*)$/,
    signs: [{ near: 'ruby ', pattern: /ruby (\d+\.\d+\.\d+(?:p\d+|dev|preview\d+|rc\d+)?) \(\d{4}-/ }],
    cpe: 'ruby-lang:ruby',
  },
  {
    name: 'perl',
    files: /^(?:perl[\d.]*|libperl\.so.*)$/,
    signs: [{ near: '/perl', pattern: /\/perl5?\/(?:[a-z_]+\/)?(5\.\d+\.\d+)/ }],
    cpe: 'perl:perl',
  },
  {
    name: 'php',
    files: /^(?:php(?:-cgi|-fpm|dbg)?[\d.]*|libphp[\d.]*\.so)$/,
    signs: [{ near: 'PHP/', pattern: /PHP\/(\d+\.\d+\.\d+(?:(?:alpha|beta|RC)\d+)?)/ }],
    cpe: 'php:php',
  },
  {
    name: 'graalvm',
    files: JAVA_NAMES,
    namespace: 'oracle',
    signs: [{ near: '-jvmci-', pattern: /\0(\d[\w.+-]*-jvmci-[\w.-]+)\0/, before: 64 }],
    cpe: 'oracle:graalvm',
  },
  {
    name: 'openjdk',
    files: JAVA_NAMES,
    namespace: 'oracle',
    signs: [{ near: '\0openjdk\0java\0', pattern: /java\0[\d.]+\0+(\d[\w.+-]*)\0/ }],
    keep: JAVA_VERSION,
    cpe: 'oracle:openjdk',
  },
  {
    name: 'jre',
    files: JAVA_NAMES,
    namespace: 'oracle',
    signs: [{ near: '\0java\0', pattern: /^\0java\0(?:java\0)?[\d.]+\0+(\d[\w.+-]*)\0/ }],
    keep: JAVA_VERSION,
    cpe: 'oracle:jre',
  },
  {
    name: 'erlang',
    files: /^(?:erlexec|beam\.smp|erl)$/,
    signs: [
      { near: 'otp_src_', pattern: /otp_src_(\d+\.\d+(?:\.\d+){0,2})/ },
      { near: 'OTP-', pattern: /OTP-(\d+\.\d+(?:\.\d+){0,2})/ },
    ],
    cpe: 'erlang:erlang\\/otp',
  },
  {
    name: 'erlang',
    files: /(?:^|\/)erlang\/releases\/\d+\/OTP_VERSION$/,
    signs: [{ start: /^(\d+\.\d+(?:\.\d+){0,2})\s*$/ }],
    cpe: 'erlang:erlang\\/otp',
  },
  {
    name: 'elixir',
    files: /^elixir$/,
    signs: [{ near: 'ELIXIR_VERSION=', pattern: /ELIXIR_VERSION=v?(\d+\.\d+\.\d+(?:-rc\.\d+)?)/ }],
    cpe: 'elixir-lang:elixir',
  },
  {
    name: 'dart',
    files: /^dart(?:aotruntime)?(?:\.exe)?$/,
    signs: ['stable', 'beta', 'dev'].map((channel) => ({
      near: ` (${channel}) (`,
      pattern: /(\d+\.\d+\.\d+(?:-[\d.]+\.\w+)?) \(\w+\) \(/,
      before: 40,
    })),
    cpe: 'dart:dart',
  },
  {
    name: 'ghc',
    files: /^ghc(?:-[\d.]+)?$/,
    namespace: 'haskell',
    signs: [{ near: 'ghc-', pattern: /ghc-(\d+\.\d+\.\d+)/ }],
    cpe: 'haskell:ghc',
  },
  {
    name: 'cabal',
    files: /^cabal$/,
    namespace: 'haskell',
    signs: [{ near: 'Cabal-', pattern: /Cabal-(\d+\.\d+\.\d+\.\d+)-/ }],
    cpe: 'haskell:cabal',
  },
  {
    name: 'julia',
    files: /^libjulia(?:-internal)?\.so\.\d+\.\d+(?:\.\d+)?$/,
    signs: [{ named: /\.so\.(\d+\.\d+)/ }],
    cpe: 'julialang:julia',
  },
  {
    name: 'gcc',
    files: /^(?:[\w-]+-)?(?:gcc|g\+\+|cpp|c\+\+)(?:-\d+)?$/,
    signs: [
      { near: '/gcc/', pattern: /\/gcc\/[\w.-]{1,64}\/(\d+\.\d+\.\d+)/ },
      { only: /^(\d+\.\d+\.\d+)$/ },
    ],
    cpe: 'gnu:gcc',
  },
];
