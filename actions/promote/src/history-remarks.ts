import type { HistoryRemark } from '@artifact-lifecycle/gates';

/** What is odd, as a sentence. */
export function tellRemark(remark: HistoryRemark): string {
  switch (remark.kind) {
    case 'gap':
      return remark.end.kind === 'missing'
        ? `The record ${remark.end.manifest} is named by the one after it, and is not there.`
        : remark.end.kind === 'refused'
          ? `${remark.end.manifest} stands where a record should, and counts as none: ${remark.end.reason}`
          : 'The chain is longer than is read.';
    case 'fork':
      return `Several records name ${remark.previous === '' ? 'none' : remark.previous} as the one before them: ${remark.manifests.join(', ')}. Promotions ran at the same time, one ended on its way, or somebody moved the head.`;
    case 'unchained':
      return `The record ${remark.manifest} is in no chain: its promotion ended on its way, or somebody moved the head.`;
    case 'refused':
      return `${remark.manifest} claims to be a record, and counts as none: ${remark.reason}`;
    case 'unlisted':
      return `The repository cannot be listed: it is not there yet, or these credentials may not see it. ${remark.reason}`;
    case 'unrecorded':
      return `The tag ${remark.tag} names ${remark.digest}, which has no record here.`;
  }
}
