import { openArchive } from './archive/archive-registry.ts';
import { openLayout } from './layout/layout-registry.ts';
import type { Location } from './name/location.ts';
import type { Registry } from './registry.ts';
import type { Connections } from './remote/connections.ts';

/**
 * Opens the place that a reference names: a repository at its registry, an OCI layout directory, a
 * `docker save` archive. Nothing is asked or read before the first call.
 */
export function openRegistry(location: Location, connections: Connections): Registry {
  switch (location.kind) {
    case 'registry':
      return connections.open(location);
    case 'layout':
      return openLayout(location.path);
    case 'archive':
      return openArchive(location.path);
  }
}
