import type { AdvisorySource, Candidates } from '../source/advisory-source.ts';

/**
 * A source that is asked once about each package, however many subjects have it: platforms of an image share most of
 * theirs. What failed is asked again.
 */
export function askOnce(source: AdvisorySource): AdvisorySource {
  const known = new Map<string, Omit<Candidates, 'component'>>();
  return {
    title: source.title,
    find: async (components, options) => {
      const missing = components.filter(({ purl }) => !known.has(purl));
      if (missing.length > 0) {
        for (const { component, ...found } of await source.find(missing, options))
          known.set(component.purl, found);
      }
      return components.map((component) => ({ component, advisories: [], ...known.get(component.purl) }));
    },
  };
}
