import { parseArgs } from 'node:util';

/** What to show: the demonstration, or a promotion between registries of one's own. */
export type StartOptions =
  | { readonly mode: 'help' }
  | { readonly mode: 'demo' }
  | { readonly mode: 'own'; readonly inputs: Readonly<Record<string, string>> };

/** What `--help` prints. */
export const START_HELP = `Shows what the suite does.

  npm start
      Builds an image of two platforms from what is on this machine, pushes it to a registry "dev", and promotes it
      to a registry "prod" as GitHub's runner would. Both registries run on loopback and are gone afterwards.

  npm start -- --source IMAGE --destination REPOSITORY [options]
      Promotes between registries of your own, with the credentials docker has for them.

  --source IMAGE            host/name:tag, host/name@sha256:…, oci:DIR[:tag], docker-archive:FILE
  --destination REPOSITORY  host/name; may stand there more than once
  --tags TAG                at the destination; more than one with commas (default: the source's tag)
  --channels PATTERN        tags that may move, such as latest
  --dry-run                 says what would be done, and writes nothing`;

/**
 * Reads the command line.
 *
 * @throws Error that says what is wrong
 */
export function parseStartArguments(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      source: { type: 'string' },
      destination: { type: 'string', multiple: true },
      tags: { type: 'string' },
      channels: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  if (values.help) return { mode: 'help' };
  const { source, destination, tags, channels } = values;
  if (source === undefined && destination === undefined) {
    const alone = (['tags', 'channels'] as const).find((name) => values[name] !== undefined);
    if (alone !== undefined || values['dry-run']) {
      throw new Error(`--${alone ?? 'dry-run'} needs --source and --destination`);
    }
    return { mode: 'demo' };
  }
  if (source === undefined) throw new Error('--destination needs --source');
  if (destination === undefined) throw new Error('--source needs --destination');
  return {
    mode: 'own',
    inputs: {
      source,
      destination: destination.join('\n'),
      ...(tags === undefined ? {} : { tags }),
      ...(channels === undefined ? {} : { channels }),
      'dry-run': String(values['dry-run']),
    },
  };
}
