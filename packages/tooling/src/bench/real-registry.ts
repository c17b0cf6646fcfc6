import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServerProcess, startServer } from './server.ts';

/** Other people's registries that run as one program each. */
export type RealRegistryKind = 'distribution' | 'docker-registry' | 'crane' | 'referrers';

/** What each kind needs and is. */
export const REAL_REGISTRIES = {
  distribution: { tool: 'registry', title: 'distribution v3', referrersApi: false },
  'docker-registry': { tool: 'docker-registry', title: 'docker-registry 2.8', referrersApi: false },
  crane: { tool: 'crane', title: 'crane registry serve', referrersApi: false },
  // What crane serves, in memory, with its referrers turned on (.ci/referrers-registry).
  referrers: { tool: 'referrers-registry', title: 'go-containerregistry with referrers', referrersApi: true },
} as const satisfies Readonly<
  Record<RealRegistryKind, { readonly tool: string; readonly title: string; readonly referrersApi: boolean }>
>;

/** A registry that runs. */
export interface RealRegistry {
  readonly kind: RealRegistryKind;
  /** `127.0.0.1:PORT`, as an image reference begins. */
  readonly host: string;
  /** Requests it has answered so far, as `METHOD path`, from its access log. */
  requests(): Promise<readonly string[]>;
  /** How many requests it has answered so far, and by how many bytes of bodies; 0 bytes where its log does not say. */
  traffic(): Promise<{ readonly requests: number; readonly bytes: number }>;
  stop(): Promise<void>;
}

/** The line of an access log, in the combined format or in crane's: `"GET /v2/ HTTP/1.1"`, ` GET /v2/`. */
const ACCESS = /(?:"| )(GET|HEAD|POST|PUT|PATCH|DELETE) (\/v2\/\S*?)(?: HTTP\/1\.1"|(?= |$))/;

/** What follows in the combined format: status and bytes of the body. */
const ANSWER = /HTTP\/1\.1" \d{3} (\d+)/;

/** A repository that nobody asks for but {@link RealRegistry.requests}. */
const MARKER = 'marker-of-the-access-log';
let markers = 0;

/**
 * Starts a registry that keeps its content in a directory.
 *
 * @param file the program of that kind
 * @param directory an empty or absent directory of its own
 */
export async function startRealRegistry(
  kind: RealRegistryKind,
  file: string,
  directory: string,
): Promise<RealRegistry> {
  await mkdir(directory, { recursive: true });
  const server = await START[kind](file, directory);
  const readLog = async (): Promise<readonly { readonly request: string; readonly bytes: number }[]> => {
    // The log comes through a pipe with some delay: what stands before the line of this request has arrived.
    const marker = `/v2/${MARKER}-${++markers}/tags/list`;
    await (await fetch(`http://127.0.0.1:${server.port}${marker}`)).arrayBuffer();
    await server.printed(marker);
    return server
      .log()
      .split('\n')
      .flatMap((line) => {
        const match = ACCESS.exec(line);
        if (match === null || line.includes(`/v2/${MARKER}-`)) return [];
        return [{ request: `${match[1]} ${match[2]}`, bytes: Number(ANSWER.exec(line)?.[1] ?? 0) }];
      });
  };
  return {
    kind,
    host: `127.0.0.1:${server.port}`,
    requests: async () => (await readLog()).map(({ request }) => request),
    traffic: async () => {
      const lines = await readLog();
      return { requests: lines.length, bytes: lines.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
    stop: () => server.stop(),
  };
}

const START: Readonly<Record<RealRegistryKind, (file: string, directory: string) => Promise<ServerProcess>>> =
  {
    crane: startCrane,
    referrers: (file) => startServer({ file, args: [], listening: /serving on port (\d+)/ }),
    distribution: startDistribution,
    'docker-registry': startDistribution,
  };

function startCrane(file: string, directory: string): Promise<ServerProcess> {
  return startServer({
    file,
    args: ['registry', 'serve', '--address', '127.0.0.1:0', '--disk', directory],
    listening: /serving on port (\d+)/,
  });
}

/** distribution v3 and Debian's docker-registry 2.8 read the same configuration. */
async function startDistribution(file: string, directory: string): Promise<ServerProcess> {
  const configuration = join(directory, 'config.json');
  const storage = join(directory, 'storage');
  await mkdir(storage, { recursive: true });
  await writeFile(
    configuration,
    JSON.stringify({
      version: 0.1,
      log: { level: 'info', accesslog: { disabled: false } },
      storage: {
        filesystem: { rootdirectory: storage },
        // A client that keeps the fallback tag of referrers replaces its index, and some delete the old one.
        delete: { enabled: true },
        maintenance: { uploadpurging: { enabled: false } },
      },
      http: { addr: '127.0.0.1:0', secret: 'of this run only' },
    }),
  );
  return startServer({
    file,
    args: ['serve', configuration],
    // distribution v3 exports traces to a collector of its own wish unless told not to.
    env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
    listening: /listening on 127\.0\.0\.1:(\d+)/,
  });
}
