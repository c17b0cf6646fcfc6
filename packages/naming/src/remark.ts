/**
 * What a reader should know though nothing stops. `warning`: what docker/metadata-action warns of, and what is
 * dangerous. `notice`: what is only likely to be a slip.
 */
export interface Remark {
  readonly level: 'warning' | 'notice';
  /** One sentence that stands alone. */
  readonly message: string;
  /** The row of an input it speaks of, as it was written. */
  readonly row?: string;
}

/** Why `latest` is only made where somebody asked for it by its name (issue 4, "Strategies"). */
export const LATEST_IS_DANGEROUS: Remark = {
  level: 'warning',
  message:
    'latest is made because "channels" lists it: whoever deploys it gets whatever was built last, cannot say afterwards what ran, and has nothing to go back to.',
};

/** Where remarks go while names are made. */
export type Remarks = (remark: Remark) => void;

/** Gathers remarks, each once. */
export function gatherRemarks(): { readonly remarks: () => readonly Remark[]; readonly tell: Remarks } {
  const gathered: Remark[] = [];
  return {
    remarks: () => gathered,
    tell: (remark) => {
      const known = gathered.some(
        ({ level, message, row }) =>
          level === remark.level && message === remark.message && row === remark.row,
      );
      if (!known) gathered.push(remark);
    },
  };
}
