import { describe, expect, it } from '@jest/globals';
import { type LogLine, readLogLine } from '../../src/start/workflow-command.ts';

const CASES: readonly (readonly [name: string, line: string, read: LogLine])[] = [
  ['text', 'Copied 3 blobs', { kind: 'text', text: 'Copied 3 blobs' }],
  ['text with colons', 'at ::1', { kind: 'text', text: 'at ::1' }],
  ['a mask, which holds a secret', '::add-mask::hunter2', { kind: 'hidden' }],
  ['a debug text', '::debug::GET /v2/', { kind: 'hidden' }],
  ['the end of a group', '::endgroup::', { kind: 'hidden' }],
  ['a group', '::group::Copy', { kind: 'group', title: 'Copy' }],
  [
    'an error with title and place',
    '::error title=promote%3A TAG_EXISTS,file=a.yml,line=3::One%0ATwo %25 of%3A it',
    { kind: 'annotation', level: 'error', title: 'promote: TAG_EXISTS', text: 'One\nTwo % of: it' },
  ],
  [
    'a warning without a title',
    '::warning::Careful',
    { kind: 'annotation', level: 'warning', title: 'warning', text: 'Careful' },
  ],
  [
    'an escaped percent sign that is no line end',
    '::notice::%250A',
    { kind: 'annotation', level: 'notice', title: 'notice', text: '%0A' },
  ],
];

describe('reads a line of a log', () => {
  it.each(CASES)('%s', (_name, line, read) => {
    expect(readLogLine(line)).toEqual(read);
  });
});
