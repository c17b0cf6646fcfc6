/** Stands until the orders of versions are there. */
export function holdsVersion(range: string, _type: string, _version: string | undefined): boolean {
  return range === 'vers:all/*';
}
