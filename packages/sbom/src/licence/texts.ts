/** Sentences that only one licence has, for packages that carry its text where its name belongs. */
const SENTENCES: readonly {
  readonly id: string;
  readonly has: readonly string[];
  readonly lacks?: readonly string[];
}[] = [
  {
    id: 'MIT',
    has: ['permission is hereby granted, free of charge, to any person obtaining a copy'],
    lacks: ['except as contained in this notice'],
  },
  {
    id: 'ISC',
    has: [
      'permission to use, copy, modify, and/or distribute this software for any purpose with or without fee',
      'provided that the above copyright notice',
    ],
  },
  {
    id: 'ISC',
    has: [
      'permission to use, copy, modify, and distribute this software for any purpose with or without fee',
      'provided that the above copyright notice',
    ],
  },
  {
    id: 'BSD-4-Clause',
    has: ['redistribution and use in source and binary forms', 'all advertising materials mentioning'],
  },
  {
    id: 'BSD-3-Clause',
    has: ['redistribution and use in source and binary forms', 'endorse or promote products'],
    lacks: ['all advertising materials mentioning'],
  },
  {
    id: 'BSD-2-Clause',
    has: ['redistribution and use in source and binary forms', 'this software is provided by'],
    lacks: ['endorse or promote products', 'all advertising materials mentioning'],
  },
  { id: 'Apache-2.0', has: ['apache license', 'version 2.0, january 2004'] },
  { id: 'Apache-2.0', has: ['licensed under the apache license, version 2.0'] },
  { id: 'MPL-2.0', has: ['mozilla public license version 2.0'] },
  { id: 'MPL-2.0', has: ['mozilla public license, v. 2.0'] },
  { id: 'Unlicense', has: ['this is free and unencumbered software released into the public domain'] },
];

/** As much of a text as is looked at: the sentences stand early, and a field may be megabytes. */
const MAX_TEXT_CHARS = 64 * 1024;

/** Recognises the text of a common licence; `undefined` where it is none of them or more than one. */
export function recogniseLicenceText(text: string): string | undefined {
  const plain = text
    .slice(0, MAX_TEXT_CHARS)
    .toLowerCase()
    .split(/[\s*#>]+/)
    .join(' ');
  const ids = new Set(
    SENTENCES.filter(
      ({ has, lacks = [] }) =>
        has.every((part) => plain.includes(part)) && !lacks.some((part) => plain.includes(part)),
    ).map(({ id }) => id),
  );
  const [only] = ids;
  return ids.size === 1 ? only : undefined;
}

/** What addresses of licences stand for (POMs, NuGet's `licenseUrl`, manifests of bundles). */
const ADDRESSES: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/^(?:www\.)?apache\.org\/licenses\/(?:license-)?(\d\.\d)/, ([, version]) => `Apache-${version}`],
  [
    /^(?:www\.)?opensource\.org\/licen[cs]es?\/([\w.+-]+)/,
    ([, id]) => String(id).replace(/\.(?:php|html|txt)$/, ''),
  ],
  [/^(?:www\.)?spdx\.org\/licenses\/([\w.+-]+)/, ([, id]) => String(id).replace(/\.(?:html|txt|json)$/, '')],
  [/^licenses\.nuget\.org\/([\w.+%-]+)/, ([, id]) => String(id)],
  [/^(?:www\.)?eclipse\.org\/(?:legal\/|org\/documents\/)epl-?(?:v)?(\d)/, ([, major]) => `EPL-${major}.0`],
  [
    /^(?:www\.)?gnu\.org\/(?:licenses|copyleft)\/(?:old-licenses\/)?([al]?gpl)-(\d\.\d)/,
    ([, family, version]) => `${family} ${version}`,
  ],
  [/^(?:www\.)?mozilla\.org\/(?:en-us\/)?mpl\/(\d\.\d)/, ([, version]) => `MPL-${version}`],
  [/^creativecommons\.org\/publicdomain\/zero\/1\.0/, () => 'CC0-1.0'],
  [/^(?:www\.)?unlicense\.org/, () => 'Unlicense'],
];

/** The name of the licence an address stands for; `undefined` where it is not one, or not known. */
export function nameByAddress(text: string): string | undefined {
  const found = /^https?:\/\/(\S{1,300})$/i.exec(text);
  if (found === null) return undefined;
  const address = String(found[1]).toLowerCase();
  for (const [pattern, name] of ADDRESSES) {
    const match = pattern.exec(address);
    if (match !== null) return name(match);
  }
  return undefined;
}
