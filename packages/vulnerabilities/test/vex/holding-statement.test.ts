import { describe, expect, it } from '@jest/globals';
import { imageSubject, judge, type VexProduct, type VexStatement, type VexSubject } from '../../src/index.ts';
import { componentOf, findingOf, productOf, statementOf } from '../support/findings.ts';

const HEX = 'a'.repeat(64);
const DIGEST = `sha256:${HEX}`;
const INDEX = `sha256:${'b'.repeat(64)}`;
const IMAGE = imageSubject({
  repository: 'ghcr.io/acme/api',
  tag: '1.2',
  digests: [DIGEST, INDEX],
  architecture: 'amd64',
});
const BASH = 'pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64&distro=debian-12';

const holding = (
  purl: string,
  statements: readonly VexStatement[],
  subject: VexSubject = { ids: [], digests: [] },
): VexStatement | undefined =>
  judge(
    [findingOf('CVE-1', purl)],
    statements,
    subject,
    { failOn: 'low', onlyFixed: false, minEpss: undefined, ignore: [] },
    0,
  ).findings[0]?.statement;
const holds = (purl: string, product: VexProduct, subject?: VexSubject): boolean =>
  holding(purl, [statementOf('CVE-1', [product])], subject) !== undefined;

describe('a range of versions that nobody can read', () => {
  it.each([
    { status: 'not_affected', expected: false },
    { status: 'fixed', expected: false },
    { status: 'affected', expected: true },
    { status: 'under_investigation', expected: true },
  ] as const)('holds where it says $status: $expected', ({ status, expected }) => {
    const product = productOf('pkg:npm/a', [], { versions: 'before 4.2' });
    const found = holding('pkg:npm/a@1.0.0', [statementOf('CVE-1', [product], { status })]);
    expect(found !== undefined).toBe(expected);
  });
});

describe('a package as the product', () => {
  it.each([
    { name: 'without version', id: 'pkg:deb/debian/bash', expected: true },
    { name: 'with its version', id: 'pkg:deb/debian/bash@5.2.15-2%2Bb2', expected: true },
    { name: 'with its version, the plus not encoded', id: 'pkg:deb/debian/bash@5.2.15-2+b2', expected: true },
    { name: 'with another version', id: 'pkg:deb/debian/bash@5.2.15-2', expected: false },
    { name: 'with one of its qualifiers', id: 'pkg:deb/debian/bash?arch=amd64', expected: true },
    {
      name: 'with qualifiers in another order',
      id: 'pkg:deb/debian/bash?distro=debian-12&arch=amd64',
      expected: true,
    },
    { name: 'with another qualifier', id: 'pkg:deb/debian/bash?arch=arm64', expected: false },
    { name: 'with a qualifier it does not have', id: 'pkg:deb/debian/bash?vcs_url=x', expected: false },
    { name: 'of another namespace', id: 'pkg:deb/ubuntu/bash', expected: false },
    { name: 'without namespace', id: 'pkg:deb/bash', expected: false },
    { name: 'of another type', id: 'pkg:apk/debian/bash', expected: false },
    { name: 'of another name', id: 'pkg:deb/debian/bash-doc', expected: false },
    { name: 'with a subpath', id: 'pkg:deb/debian/bash#doc', expected: false },
    { name: 'no purl at all', id: 'pkg:', expected: false },
    { name: 'its name only', id: 'bash', expected: false },
  ])('$name', ({ id, expected }) => {
    expect(holds(BASH, productOf(id))).toBe(expected);
  });

  it('is meant in the cases that Go writes, and with or without its v', () => {
    expect(
      holds(
        'pkg:golang/github.com/BurntSushi/toml@v1.0.0',
        productOf('pkg:golang/github.com/burntsushi/toml@1.0.0'),
      ),
    ).toBe(true);
    expect(
      holds(
        'pkg:golang/github.com/BurntSushi/toml@v1.0.0',
        productOf('pkg:golang/github.com/burntsushi/toml@1.0.1'),
      ),
    ).toBe(false);
  });

  it.each([
    {
      name: 'by name and version of the source',
      id: 'pkg:rpm/redhat/openssl@3.0.7-1?arch=src',
      expected: true,
    },
    { name: 'without a version', id: 'pkg:rpm/redhat/openssl?arch=src', expected: true },
    { name: 'of another version', id: 'pkg:rpm/redhat/openssl@3.0.7-2?arch=src', expected: false },
    { name: 'of the name the binary has', id: 'pkg:rpm/redhat/openssl-libs?arch=src', expected: false },
    { name: 'of another distribution', id: 'pkg:rpm/suse/openssl?arch=src', expected: false },
  ])('its source package means it: $name', ({ id, expected }) => {
    const purl = 'pkg:rpm/redhat/openssl-libs@3.0.7-1?arch=x86_64&upstream=openssl-3.0.7-1.src.rpm';
    const component = componentOf(purl, {
      version: '1:3.0.7-1',
      source: { name: 'openssl', version: undefined },
    });
    const verdict = judge(
      [findingOf('CVE-1', purl, { component })],
      [statementOf('CVE-1', [productOf(id)])],
      { ids: [], digests: [] },
      { failOn: 'low', onlyFixed: false, minEpss: undefined, ignore: [] },
      0,
    );
    expect(verdict.findings[0]?.counts).toBe(!expected);
  });
});

describe('the image as the product', () => {
  it.each([
    { name: 'by digest', product: productOf([], [], { digests: [DIGEST] }), expected: true },
    { name: 'by the digest of its index', product: productOf([], [], { digests: [INDEX] }), expected: true },
    {
      name: 'by another digest',
      product: productOf([], [], { digests: [`sha256:${'c'.repeat(64)}`] }),
      expected: false,
    },
    { name: 'by purl', product: productOf(`pkg:oci/api@sha256%3A${HEX}`), expected: true },
    {
      name: 'by purl in capitals',
      product: productOf(`pkg:oci/api@sha256:${HEX.toUpperCase()}`),
      expected: true,
    },
    {
      name: 'by purl with its repository',
      product: productOf(`pkg:oci/api@sha256%3A${HEX}?repository_url=ghcr.io/acme/api`),
      expected: true,
    },
    {
      name: 'by purl, copied elsewhere',
      product: productOf(`pkg:oci/api@sha256%3A${HEX}?repository_url=dev.example/api`),
      expected: true,
    },
    {
      name: 'by purl of another architecture',
      product: productOf(`pkg:oci/api@sha256%3A${HEX}?arch=arm64`),
      expected: false,
    },
    { name: 'by purl without version', product: productOf('pkg:oci/api'), expected: true },
    {
      name: 'by purl without version, its repository',
      product: productOf('pkg:oci/api?repository_url=ghcr.io/acme'),
      expected: true,
    },
    {
      name: 'by purl without version, another repository',
      product: productOf('pkg:oci/api?repository_url=ghcr.io/other/api'),
      expected: false,
    },
    { name: 'by purl of another name', product: productOf('pkg:oci/mismatch'), expected: false },
    {
      name: 'by purl of type docker',
      product: productOf('pkg:docker/acme/api@1.2?repository_url=ghcr.io'),
      expected: true,
    },
    {
      name: 'by purl of type docker, another tag',
      product: productOf('pkg:docker/acme/api@1.3'),
      expected: false,
    },
    { name: 'by reference', product: productOf('ghcr.io/acme/api:1.2'), expected: true },
    {
      name: 'by reference with a digest, from another place',
      product: productOf(`registry.example/x@${DIGEST}`),
      expected: true,
    },
    { name: 'by reference of another tag', product: productOf('ghcr.io/acme/api:1.3'), expected: false },
  ])('$name', ({ product, expected }) => {
    expect(holds(BASH, product, IMAGE)).toBe(expected);
    expect(holds(BASH, { ...product, subcomponents: [{ ids: ['pkg:deb/debian/bash'] }] }, IMAGE)).toBe(
      expected,
    );
  });

  it('limits what is meant to its subcomponents', () => {
    expect(holds(BASH, productOf('pkg:oci/api', ['pkg:deb/debian/dash', 'pkg:deb/debian/bash']), IMAGE)).toBe(
      true,
    );
    expect(holds(BASH, productOf('pkg:oci/api', ['pkg:deb/debian/dash']), IMAGE)).toBe(false);
  });

  it('has three names at Docker Hub', () => {
    const debian = imageSubject({ repository: 'docker.io/library/debian', tag: '12', digests: [DIGEST] });
    for (const url of ['docker.io/library/debian', 'index.docker.io/library', 'docker.io/debian']) {
      expect(holds(BASH, productOf(`pkg:oci/debian?repository_url=${url}`), debian)).toBe(true);
    }
    expect(holds(BASH, productOf('pkg:docker/debian@12'), debian)).toBe(true);
    expect(holds(BASH, productOf('pkg:docker/library/debian@12'), debian)).toBe(true);
    expect(holds(BASH, productOf('pkg:docker/acme/debian@12'), debian)).toBe(false);
  });
});

describe('a component of a component', () => {
  const [DIRECT, TRANSITIVE] = ['pkg:golang/acme/direct@v2.0.0', 'pkg:golang/acme/transitive@v4.0.0'];
  const product = productOf(DIRECT, [TRANSITIVE]);
  const graph = (edges: Readonly<Record<string, readonly string[]>>): VexSubject => ({
    ids: [],
    digests: [],
    dependents: new Map(Object.entries(edges)),
  });

  it.each([
    {
      name: 'that nothing else brings',
      edges: { [TRANSITIVE]: [DIRECT], [DIRECT]: ['app'] },
      expected: true,
    },
    {
      name: 'some steps below',
      edges: { [TRANSITIVE]: ['x'], x: [DIRECT], [DIRECT]: ['app'] },
      expected: true,
    },
    { name: 'that another brings, too', edges: { [TRANSITIVE]: [DIRECT, 'y'], y: ['app'] }, expected: false },
    {
      name: 'in a circle with its product',
      edges: { [TRANSITIVE]: [DIRECT, 'y'], y: [TRANSITIVE] },
      expected: true,
    },
    { name: 'that nobody is known to depend on', edges: { [DIRECT]: ['app'] }, expected: false },
    {
      name: 'in a circle that its product is no part of',
      edges: { [TRANSITIVE]: ['y'], y: [TRANSITIVE] },
      expected: false,
    },
  ])('$name', ({ edges, expected }) => {
    expect(holds(TRANSITIVE, product, graph(edges))).toBe(expected);
  });

  it('is not meant where nobody knows what depends on what', () => {
    expect(holds(TRANSITIVE, product)).toBe(false);
  });
});

describe('a distribution as the product', () => {
  const purl = 'pkg:rpm/redhat/bash@5.1-1?arch=x86_64';
  const product = productOf('cpe:/a:redhat:enterprise_linux:9::appstream', ['pkg:rpm/redhat/bash']);
  const os = (cpe: string): VexSubject => ({ ids: [], digests: [], cpes: [cpe] });

  it.each([
    { name: 'is the subject', subject: os('cpe:/o:redhat:enterprise_linux:9::baseos'), expected: true },
    {
      name: 'is the subject, in CPE 2.3',
      subject: os('cpe:2.3:o:redhat:enterprise_linux:9.4:*:*:*:*:*:*:*'),
      expected: true,
    },
    { name: 'is another version', subject: os('cpe:/o:redhat:enterprise_linux:8::baseos'), expected: false },
    {
      name: 'is another version that begins alike',
      subject: os('cpe:/o:redhat:enterprise_linux:90'),
      expected: false,
    },
    { name: 'is not known of the subject', subject: { ids: [], digests: [] }, expected: true },
  ])('$name', ({ subject, expected }) => {
    expect(holds(purl, product, subject)).toBe(expected);
  });

  it('that is told by its name alone means nothing', () => {
    expect(holds(purl, productOf('Acme Appliance', ['pkg:rpm/redhat/bash']))).toBe(false);
  });
});

describe('which statement holds', () => {
  const about = [productOf('pkg:deb/debian/bash')];
  const said = (
    status: VexStatement['status'],
    at: number,
    document = 'a.json',
    issuedAt = 0,
  ): VexStatement =>
    statementOf('CVE-1', about, {
      status,
      at,
      origin: { document, format: 'openvex', author: undefined, place: `${status}@${at}`, issuedAt },
    });

  it.each([
    {
      name: 'the later',
      statements: [said('not_affected', 2), said('affected', 1)],
      expected: 'not_affected',
    },
    {
      name: 'the later, which takes the excuse away',
      statements: [said('under_investigation', 3), said('not_affected', 2)],
      expected: 'under_investigation',
    },
    {
      name: 'of the same time the one further down',
      statements: [said('affected', 1), said('fixed', 1)],
      expected: 'fixed',
    },
    {
      name: 'of the same time in two documents that of the later document',
      statements: [said('not_affected', 1, 'b', 9), said('affected', 1, 'a', 8)],
      expected: 'not_affected',
    },
    {
      name: 'of two documents of the same time the one that excuses nothing',
      statements: [said('affected', 1, 'b'), said('not_affected', 1, 'a')],
      expected: 'affected',
    },
    {
      name: 'the same, listed the other way round',
      statements: [said('not_affected', 1, 'a'), said('affected', 1, 'b')],
      expected: 'affected',
    },
    {
      name: 'not one about something else, however late',
      statements: [
        said('fixed', 1),
        { ...said('affected', 9), products: [productOf('pkg:deb/debian/dash')] },
      ],
      expected: 'fixed',
    },
    {
      name: 'not one about another vulnerability',
      statements: [said('fixed', 1), { ...said('affected', 9), vulnerabilities: ['CVE-2'] }],
      expected: 'fixed',
    },
  ])('$name', ({ statements, expected }) => {
    expect(holding(BASH, statements)?.status).toBe(expected);
  });
});
