import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AuthOptions } from './auth-options.ts';
import type { RegistryOptions } from './options.ts';
import { startRegistry } from './start.ts';

const USAGE = `Starts an OCI registry on 127.0.0.1 and prints its address; SIGTERM or SIGINT ends it.

  --port N                    the port; a free one when absent
  --root DIR                  keep the content in a directory; in memory when absent
  --referrers api|none        whether the referrers API is there (api)
  --referrers-page-size N     how many referrers one answer holds
  --tags-page-size N          how many tags one answer holds
  --auth none|basic|bearer    how users are known (none); needs --user
  --user NAME:PASSWORD        someone who may do everything; more than once for more users
  --anonymous-pull            who is not known may pull
  --sparse                    manifests may name what is not here
  --any-manifest-type         manifests of every media type are taken
  --tag-parameters            PUT /manifests/<digest>?tag=... sets tags
  --conditional               ETag, If-Match and If-None-Match on manifests
  --immutable-tags STYLE      no tag may move; refused like ecr, gar, harbor, acr, nexus
  --no-delete                 nothing can be deleted
  --no-mount                  nothing is mounted
  --chunk-min-length N        OCI-Chunk-Min-Length
  --tls-cert FILE             speak https with this certificate (PEM)
  --tls-key FILE              and its key (PEM)
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  port: { type: 'string' },
  root: { type: 'string' },
  referrers: { type: 'string' },
  'referrers-page-size': { type: 'string' },
  'tags-page-size': { type: 'string' },
  auth: { type: 'string' },
  user: { type: 'string', multiple: true },
  'anonymous-pull': { type: 'boolean' },
  sparse: { type: 'boolean' },
  'any-manifest-type': { type: 'boolean' },
  'tag-parameters': { type: 'boolean' },
  conditional: { type: 'boolean' },
  'immutable-tags': { type: 'string' },
  'no-delete': { type: 'boolean' },
  'no-mount': { type: 'boolean' },
  'chunk-min-length': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
} as const;

type Values = ReturnType<typeof readArguments>;

try {
  const values = readArguments();
  if (values.help === true) process.stdout.write(USAGE);
  else await run(readOptions(values));
} catch (error) {
  // Whoever typed a wrong argument needs the sentence, not the stack.
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function readArguments() {
  return parseArgs({ options: OPTIONS }).values;
}

async function run(options: RegistryOptions): Promise<void> {
  const registry = await startRegistry(options);
  // One line, before anything else: whoever started this process waits for it.
  process.stdout.write(`${registry.url}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void registry.close().then(() => {
        for (const defect of registry.defects) process.stderr.write(`${defect.stack ?? defect.message}\n`);
        process.exitCode = registry.defects.length === 0 ? 0 : 1;
      });
    });
  }
}

function readOptions(values: Values): RegistryOptions {
  const cert = values['tls-cert'];
  const key = values['tls-key'];
  const canDelete = values['no-delete'] !== true;
  return {
    port: readNumber(values, 'port'),
    root: values.root,
    tls:
      cert === undefined || key === undefined
        ? undefined
        : { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
    auth: readAuth(values),
    referrers: readChoice(values, 'referrers', ['api', 'none']),
    referrersPageSize: readNumber(values, 'referrers-page-size'),
    tagsPageSize: readNumber(values, 'tags-page-size'),
    sparse: values.sparse,
    anyManifestType: values['any-manifest-type'],
    tagParameters: values['tag-parameters'],
    conditional: values.conditional,
    immutableTags: readImmutableTags(values),
    delete: { tags: canDelete, manifests: canDelete, blobs: canDelete },
    mount: values['no-mount'] === true ? 'refused' : 'granted',
    chunkMinLength: readNumber(values, 'chunk-min-length'),
  };
}

function readAuth(values: Values): AuthOptions | undefined {
  const kind = readChoice(values, 'auth', ['none', 'basic', 'bearer']);
  if (kind === undefined || kind === 'none') return undefined;
  const users = (values.user ?? []).map((text) => {
    const colon = text.indexOf(':');
    if (colon === -1) throw new Error('--user takes NAME:PASSWORD.');
    return { name: text.slice(0, colon), password: text.slice(colon + 1) };
  });
  if (users.length === 0) throw new Error(`--auth ${kind} needs --user NAME:PASSWORD.`);
  const anonymous =
    values['anonymous-pull'] === true ? [{ repositories: '*', actions: ['pull'] as const }] : [];
  return { kind, users, anonymous };
}

function readImmutableTags(values: Values): RegistryOptions['immutableTags'] {
  const refusal = readChoice(values, 'immutable-tags', ['ecr', 'gar', 'harbor', 'acr', 'nexus']);
  return refusal === undefined ? undefined : { refusal };
}

type TextOption =
  | 'port'
  | 'referrers'
  | 'referrers-page-size'
  | 'tags-page-size'
  | 'auth'
  | 'immutable-tags'
  | 'chunk-min-length';

function readNumber(values: Values, name: TextOption): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a number, not "${text}".`);
}

function readChoice<const Choice extends string>(
  values: Values,
  name: TextOption,
  choices: readonly Choice[],
): Choice | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw new Error(`--${name} is ${choices.join(', ')}, not "${text}".`);
}
