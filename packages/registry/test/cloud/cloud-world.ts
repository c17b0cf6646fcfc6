import { createHttpClient } from '@artifact-lifecycle/core/http';
import { type OidcIssuer, type Service, startOidcIssuer } from '@artifact-lifecycle/testing';
import { afterEach } from '@jest/globals';
import type { FoundCredentials } from '../../src/auth/credentials.ts';
import { CloudLogins, type CloudSettings } from '../../src/cloud/cloud-logins.ts';
import { parseRepository } from '../../src/name/reference.ts';
import { type QuickClock, quickClock } from '../remote/world.ts';

/** Logins of a run, with what they told. */
export interface CloudWorld {
  readonly logins: CloudLogins;
  readonly clock: QuickClock;
  readonly secrets: readonly string[];
  readonly warnings: readonly string[];
  /** Audiences for which a token was asked. */
  readonly audiences: readonly string[];
  /** By what the settings name. */
  named(host: string): Promise<FoundCredentials | undefined>;
  /** By what the environment has. */
  ambient(host: string): Promise<FoundCredentials | undefined>;
}

/** What a run is told. */
export interface CloudWorldOptions {
  readonly clock?: QuickClock;
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, CloudSettings>>;
  /** Who gives the run's tokens; nobody when absent. */
  readonly issuer?: OidcIssuer;
}

const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Closes a service after the test, which fails where the service had defects. */
export function closeLater<S extends Service>(service: S): S {
  opened.push(async () => {
    await service.close();
    if (service.defects.length > 0) throw new AggregateError(service.defects, 'A service has defects.');
  });
  return service;
}

/** An issuer of tokens on the clock of a test. */
export async function startIssuer(clock: QuickClock): Promise<OidcIssuer> {
  return closeLater(await startOidcIssuer({ now: clock.now }));
}

/** Makes the logins of a run. */
export function cloudWorld(options: CloudWorldOptions = {}): CloudWorld {
  const { clock = quickClock(), environment = {}, settings = {}, issuer } = options;
  const [secrets, warnings, audiences]: string[][] = [[], [], []];
  const open = () => {
    const http = createHttpClient({ userAgent: 'artifact-lifecycle-test', clock, environment: {} });
    opened.push(() => http.close());
    return http;
  };
  const requestIdToken =
    issuer &&
    ((audience: string) => {
      audiences?.push(audience);
      return issuer.mint(audience);
    });
  const logins = new CloudLogins(
    {
      http: open(),
      openDirectHttp: open,
      environment,
      clock,
      onSecret: (secret) => secrets?.push(secret),
      onWarning: (text) => warnings?.push(text),
      requestIdToken,
    },
    new Map(Object.entries(settings)),
  );
  const place = (host: string) => parseRepository(`${host}/acme/app`, 'test');
  return {
    logins,
    clock,
    secrets: secrets ?? [],
    warnings: warnings ?? [],
    audiences: audiences ?? [],
    named: (host) => logins.named.find(place(host)),
    ambient: (host) => logins.ambient.find(place(host)),
  };
}
