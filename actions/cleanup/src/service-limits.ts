import type { ServiceAbilities } from '@artifact-lifecycle/retention';

/** What a service cannot say or do, in sentences for whoever reads a plan of it. */
export function describeLimits(abilities: ServiceAbilities): readonly string[] {
  return [
    ...(abilities.listsUntagged
      ? []
      : [
          'Images without a tag cannot be listed here: those that belong to no tagged image were not looked at.',
        ]),
    ...(abilities.tellsPushTime
      ? []
      : ['Ages count from when an image was made, since nothing says here when it was pushed.']),
    ...(abilities.untag === 'none' ? ['A tag cannot be taken away here without its image.'] : []),
  ];
}
