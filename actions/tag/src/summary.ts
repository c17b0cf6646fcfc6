import { formatCount, type Line, type Summary } from '@artifact-lifecycle/core/action';
import type { Application, TagFate } from './application.ts';
import type { Tagging } from './tagging.ts';

/** How an outcome is told: as done, and as a dry run says it. */
const OUTCOMES: Readonly<Record<TagFate['outcome'], { readonly done: string; readonly would: string }>> = {
  created: { done: '🆕 new', would: 'would be new' },
  same: { done: 'same', would: 'same' },
  moved: { done: '➡️ moved', would: 'would be moved' },
  refused: { done: '⛔ refused', would: 'would be refused' },
  unset: { done: 'not set', would: 'not set' },
};

/** What a run came to, in one line: the verdict of log and summary. */
export function verdictOf({ application, tags, isDryRun, version }: Tagging): string {
  const count = formatCount(application?.fates.length ?? tags.length, 'tag');
  if (application === undefined) {
    return tags.length === 0 ? 'The event makes no tag' : `Named ${version}: ${count}`;
  }
  const { manifest, fates } = application;
  if (isDryRun) return `Dry run: ${manifest.digest} would get ${count}; nothing was written`;
  if (fates.every(({ outcome }) => outcome === 'same')) {
    return `Nothing to do: ${manifest.digest} has its ${count} already`;
  }
  return `Applied ${count} to ${manifest.digest}`;
}

/** Writes the job summary: the verdict, what the event made, and what became of each tag. */
export function summarise(tagging: Tagging, summary: Summary): void {
  const { isDryRun, tags, labels, warnings, application } = tagging;
  summary.heading(`${isDryRun ? '📝' : tags.length === 0 ? '⚠️' : '🏷️'} ${verdictOf(tagging)}`);
  summary.table(
    ['Event', 'Tags'],
    (tags.length === 0 ? ['none'] : tags).map((tag, index) => [
      index === 0 ? eventOf(tagging) : '',
      tags.length === 0 ? tag : { code: tag },
    ]),
  );
  summary.table(['Version', 'Normalised', 'Prerelease'], versionRows(tagging));
  if (application !== undefined) listFates(application, isDryRun, summary);
  if (warnings.length > 0) {
    summary.details(formatCount(warnings.length, 'warning'), (inner) => inner.list(warnings));
  }
  if (labels.size > 0) {
    summary.details(formatCount(labels.size, 'label'), (inner) => {
      inner.table(
        ['Label', 'Value'],
        [...labels].map(([key, value]): readonly Line[] => [{ code: key }, value]),
      );
    });
  }
}

/** Writes what had become of every tag when applying them failed. */
export function summariseState(application: Application, isDryRun: boolean, summary: Summary): void {
  const isRefusal = application.fates.some(({ outcome }) => outcome === 'refused');
  summary.paragraph([
    { strong: 'Where it stands:' },
    isRefusal ? ' no tag was written.' : ' running it again finishes the work.',
  ]);
  listFates(application, isDryRun, summary);
}

function listFates({ fates, manifest }: Application, isDryRun: boolean, summary: Summary): void {
  const rows = fates.map(({ tag, outcome, previous }): readonly Line[] => {
    const told = OUTCOMES[outcome][isDryRun ? 'would' : 'done'];
    const pointsTo = outcome === 'refused' ? previous : outcome === 'unset' ? undefined : manifest.digest;
    return [
      { code: tag },
      pointsTo === undefined ? '' : { code: pointsTo },
      outcome === 'moved' && previous !== undefined ? [`${told} from `, { code: previous }] : told,
    ];
  });
  summary.table(['Tag', 'Digest', 'Outcome'], rows);
}

function eventOf({ event, ref, sha }: Tagging): Line {
  return [
    event === '' ? 'no event' : event,
    ...(ref === '' ? [] : [' of ', { code: ref }]),
    ...(sha === '' ? [] : [' at ', { code: sha.slice(0, 12) }]),
  ];
}

function versionRows({ version, normalized, isPrerelease }: Tagging): readonly (readonly Line[])[] {
  if (version === '') return [];
  return [[{ code: version }, normalized === '' ? '' : { code: normalized }, isPrerelease ? 'yes' : 'no']];
}
