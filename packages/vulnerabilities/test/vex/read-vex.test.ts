import { isSuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AttestedVex, readAttestedVex, readVexDocument, type VexDocument } from '../../src/index.ts';

type Json = Readonly<Record<string, unknown>>;

const read = (document: unknown): VexDocument =>
  readVexDocument(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)), 'x.json');
const TIME = '2026-01-02T03:04:05.678901234+01:00';
const MILLISECONDS = Date.parse('2026-01-02T02:04:05.678Z');
const openVex = (statement: Json, document: Json = {}): Json => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  author: 'Acme',
  timestamp: TIME,
  statements: [
    { vulnerability: { name: 'CVE-1' }, products: [{ '@id': 'pkg:npm/a' }], status: 'fixed', ...statement },
  ],
  ...document,
});
const cycloneDx = (vulnerability: Json, document: Json = {}): Json => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  version: 2,
  metadata: { timestamp: TIME, authors: [{ name: 'Acme' }] },
  components: [
    {
      'bom-ref': 'a',
      name: 'a',
      purl: 'pkg:npm/a@1.0.0',
      components: [{ 'bom-ref': 'b', name: 'b', purl: 'pkg:npm/b@2' }],
    },
    { 'bom-ref': 'nameless', name: 'c' },
  ],
  vulnerabilities: [
    { id: 'CVE-1', analysis: { state: 'not_affected' }, affects: [{ ref: 'a' }], ...vulnerability },
  ],
  ...document,
});
const named = (id: string, helper: Json): Json => ({
  product_id: id,
  name: id,
  product_identification_helper: helper,
});
const csaf = (vulnerability: Json, tree: Json = {}): Json => ({
  document: {
    category: 'csaf_vex',
    csaf_version: '2.0',
    publisher: { name: 'Acme' },
    tracking: { current_release_date: TIME, status: 'final' },
  },
  product_tree: {
    full_product_names: [
      named('A', { purl: 'pkg:npm/a@1.0.0' }),
      named('B', { purl: 'pkg:npm/b@2.0.0' }),
      named('OS', { cpe: 'cpe:/o:acme:os:1' }),
    ],
    product_groups: [{ group_id: 'G', product_ids: ['A', 'B'] }],
    ...tree,
  },
  vulnerabilities: [{ cve: 'CVE-1', product_status: { known_not_affected: ['A', 'B'] }, ...vulnerability }],
});
const relation = (component: string, within: string, id = `${within}:${component}`): Json => ({
  category: 'default_component_of',
  full_product_name: { name: id, product_id: id },
  product_reference: component,
  relates_to_product_reference: within,
});

describe('OpenVEX', () => {
  it('is read whole', () => {
    const document = openVex({
      vulnerability: { '@id': 'https://nvd.example/CVE-1', name: 'CVE-1', aliases: ['GHSA-a'] },
      products: [
        {
          '@id': 'pkg:oci/api',
          identifiers: { purl: 'pkg:oci/api@1' },
          hashes: { 'sha-256': 'AB' },
          subcomponents: [{ identifiers: { purl: 'pkg:npm/a' } }, { hashes: { md5: 'cd' } }],
        },
      ],
      status: 'not_affected',
      justification: 'component_not_present',
      impact_statement: 'Not there.',
      timestamp: '2026-01-03T00:00:00Z',
    });
    expect(read(document)).toEqual({
      format: 'openvex',
      warnings: [],
      statements: [
        {
          vulnerabilities: ['CVE-1', 'GHSA-a'],
          products: [
            {
              ids: ['pkg:oci/api', 'pkg:oci/api@1'],
              digests: ['sha256:ab'],
              subcomponents: [{ ids: ['pkg:npm/a'] }, { ids: ['md5:cd'] }],
            },
          ],
          status: 'not_affected',
          justification: 'component_not_present',
          note: 'Not there.',
          at: Date.parse('2026-01-03T00:00:00Z'),
          origin: {
            document: 'x.json',
            format: 'openvex',
            author: 'Acme',
            place: 'statements[0]',
            issuedAt: MILLISECONDS,
          },
        },
      ],
    });
  });

  it('of version 0.0.1 names vulnerability, products and subcomponents by text', () => {
    const document = openVex(
      { vulnerability: 'CVE-1', products: ['pkg:oci/api', 'pkg:oci/web'], subcomponents: ['pkg:npm/a'] },
      { '@context': 'https://openvex.dev/ns' },
    );
    const [statement] = read(document).statements;
    expect(statement).toMatchObject({
      vulnerabilities: ['CVE-1'],
      at: MILLISECONDS,
      products: [
        { ids: ['pkg:oci/api'], subcomponents: [{ ids: ['pkg:npm/a'] }] },
        { ids: ['pkg:oci/web'], subcomponents: [{ ids: ['pkg:npm/a'] }] },
      ],
    });
  });

  it.each<{ name: string; statement: Json; document?: Json; message: string }>([
    {
      name: 'an excuse without its reason',
      statement: { status: 'not_affected' },
      message: 'statements[0] says not_affected with neither justification nor impact_statement',
    },
    {
      name: 'a status of its own',
      statement: { status: 'NOT_AFFECTED' },
      message: 'statements[0].status is "NOT_AFFECTED", and must be one of',
    },
    {
      name: 'a justification of its own',
      statement: { status: 'not_affected', justification: 'trust me' },
      message: 'statements[0].justification is "trust me"',
    },
    {
      name: 'no vulnerability',
      statement: { vulnerability: undefined },
      message: 'statements[0] has no vulnerability',
    },
    {
      name: 'a vulnerability without name',
      statement: { vulnerability: { aliases: ['x'] } },
      message: 'statements[0].vulnerability has no name',
    },
    { name: 'no product', statement: { products: [] }, message: 'statements[0] names no product' },
    {
      name: 'a product without a name',
      statement: { products: [{ subcomponents: [{ '@id': 'pkg:npm/a' }] }] },
      message: 'statements[0].products[0] has neither @id nor identifiers nor hashes',
    },
    {
      name: 'a subcomponent without a name',
      statement: { products: [{ '@id': 'x', subcomponents: [{}] }] },
      message: 'statements[0].products[0].subcomponents[0] has neither',
    },
    {
      name: 'a time that is none',
      statement: { timestamp: 'yesterday' },
      message: 'statements[0].timestamp is no date and time (RFC 3339): "yesterday"',
    },
    {
      name: 'no time at all',
      statement: {},
      document: { timestamp: undefined },
      message: 'statements[0] has no timestamp, and neither has the document',
    },
    {
      name: 'statements that are no list',
      statement: {},
      document: { statements: {} },
      message: 'statements is not a list',
    },
    {
      name: 'no statements',
      statement: {},
      document: { statements: undefined },
      message: 'it has no statements',
    },
  ])('is refused with $name', ({ statement, document, message }) => {
    const act = () => read(openVex(statement, document));
    expect(act).toThrow(message);
    expect(act).toThrow('"x.json"');
    expect(act).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }));
  });
});

describe('CycloneDX', () => {
  it.each([
    { state: 'resolved', status: 'fixed' },
    { state: 'resolved_with_pedigree', status: 'fixed' },
    { state: 'exploitable', status: 'affected' },
    { state: 'in_triage', status: 'under_investigation' },
    { state: 'false_positive', status: 'not_affected' },
    { state: 'not_affected', status: 'not_affected' },
  ])('$state says $status', ({ state, status }) => {
    const [statement] = read(cycloneDx({ analysis: { state } })).statements;
    expect(statement?.status).toBe(status);
  });

  it('is read whole', () => {
    const document = cycloneDx({
      references: [{ id: 'GHSA-a', source: {} }],
      analysis: {
        state: 'not_affected',
        justification: 'code_not_reachable',
        detail: 'Never called.',
        response: ['will_not_fix', 'update'],
        lastUpdated: '2026-02-01T00:00:00Z',
      },
    });
    expect(read(document).statements).toEqual([
      {
        vulnerabilities: ['CVE-1', 'GHSA-a'],
        products: [{ ids: ['pkg:npm/a@1.0.0'], digests: [], subcomponents: [] }],
        status: 'not_affected',
        justification: 'code_not_reachable',
        note: 'Never called. Response: will not fix, update.',
        at: Date.parse('2026-02-01T00:00:00Z'),
        origin: {
          document: 'x.json',
          format: 'cyclonedx',
          author: 'Acme',
          place: 'vulnerabilities[0]',
          issuedAt: MILLISECONDS,
        },
      },
    ]);
  });

  const OWN = 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/2';
  it.each([
    { name: 'a component', ref: 'a', ids: ['pkg:npm/a@1.0.0'] },
    { name: 'a component of a component', ref: 'b', ids: ['pkg:npm/b@2'] },
    { name: 'its own component by BOM-Link', ref: `${OWN}#b`, ids: ['pkg:npm/b@2'] },
    { name: 'a purl', ref: 'pkg:npm/x@1', ids: ['pkg:npm/x@1'] },
    {
      name: "another document's component by BOM-Link",
      ref: 'urn:cdx:00000000-395b-41f5-a30f-a58921a69b79/1#pkg:npm/x@1',
      ids: ['pkg:npm/x@1'],
    },
    {
      name: 'the same, encoded',
      ref: 'urn:cdx:00000000-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2Fx%401',
      ids: ['pkg:npm/x@1'],
    },
    {
      name: 'another document',
      ref: 'urn:cdx:00000000-395b-41f5-a30f-a58921a69b79/1',
      ids: ['urn:cdx:00000000-395b-41f5-a30f-a58921a69b79/1'],
    },
    { name: 'a component without purl', ref: 'nameless', ids: undefined },
    { name: 'nothing', ref: 'x', ids: undefined },
  ])('affects $name', ({ ref, ids }) => {
    const { statements, warnings } = read(cycloneDx({ affects: [{ ref }] }));
    expect(statements[0]?.products[0]?.ids).toEqual(ids);
    expect(warnings).toEqual(
      ids === undefined
        ? ['x.json: vulnerabilities[0].affects[0] names nothing that has a purl or digest.']
        : [],
    );
  });

  it('about an image speaks of its components in that image', () => {
    const component = {
      type: 'container',
      name: 'api',
      'bom-ref': 'root',
      purl: 'pkg:oci/api@sha256:1',
      hashes: [{ alg: 'SHA-256', content: 'AB' }],
    };
    const { statements } = read(
      cycloneDx({ affects: [{ ref: 'a' }, { ref: 'root' }] }, { metadata: { component } }),
    );
    expect(statements[0]?.products).toEqual([
      {
        ids: ['pkg:oci/api@sha256:1'],
        digests: ['sha256:ab'],
        subcomponents: [{ ids: ['pkg:npm/a@1.0.0'] }],
      },
      { ids: ['pkg:oci/api@sha256:1'], digests: ['sha256:ab'], subcomponents: [] },
    ]);
    expect(statements[0]?.at).toBe(0);
  });

  it('says of versions what is said of each', () => {
    const versions = [
      { version: '1.0.0' },
      { range: 'vers:npm/>=1.1.0|<2.0.0', status: 'affected' },
      { version: '2.0.0', status: 'unaffected' },
      { version: '3.0.0', status: 'unknown' },
    ];
    const said = (vulnerability: Json) =>
      read(cycloneDx({ affects: [{ ref: 'a', versions }], ...vulnerability })).statements.map(
        ({ status, products }) => [
          status,
          ...products.map(({ ids, versions: range }) => `${ids.join()} ${range ?? ''}`.trim()),
        ],
      );
    expect(said({ analysis: { state: 'exploitable' } })).toEqual([
      ['not_affected', 'pkg:npm/a@2.0.0'],
      ['under_investigation', 'pkg:npm/a@3.0.0'],
      ['affected', 'pkg:npm/a@1.0.0', 'pkg:npm/a vers:npm/>=1.1.0|<2.0.0'],
    ]);
    expect(said({ analysis: undefined })).toEqual([['not_affected', 'pkg:npm/a@2.0.0']]);
  });

  it('without an analysis says nothing', () => {
    expect(read(cycloneDx({ analysis: undefined })).statements).toEqual([]);
  });

  it.each<{ name: string; vulnerability: Json; message: string }>([
    {
      name: 'a state of its own',
      vulnerability: { analysis: { state: 'fine' } },
      message: 'vulnerabilities[0].analysis.state is "fine"',
    },
    { name: 'no id', vulnerability: { id: undefined }, message: 'vulnerabilities[0] has no id' },
    { name: 'no ref', vulnerability: { affects: [{}] }, message: 'vulnerabilities[0].affects[0] has no ref' },
    {
      name: 'a version without version',
      vulnerability: { affects: [{ ref: 'a', versions: [{}] }] },
      message: 'vulnerabilities[0].affects[0].versions[0] has not one of version and range',
    },
    {
      name: 'affects that is no list',
      vulnerability: { affects: 'a' },
      message: 'vulnerabilities[0].affects is not a list',
    },
  ])('is refused with $name', ({ vulnerability, message }) => {
    expect(() => read(cycloneDx(vulnerability))).toThrow(message);
  });
});

describe('CSAF', () => {
  const REASON = { threats: [{ category: 'impact', details: 'Not there.' }] };

  it('says of each product why, through groups and flags', () => {
    const { statements, warnings } = read(
      csaf({
        product_status: { known_not_affected: ['A', 'B'], known_affected: ['OS'] },
        flags: [{ label: 'component_not_present', product_ids: ['A'] }],
        threats: [
          { category: 'impact', details: 'Nobody calls it.', group_ids: ['G'] },
          { category: 'exploit_status', details: 'x' },
        ],
        remediations: [{ category: 'workaround', details: 'Turn it off.', product_ids: ['OS'] }],
        ids: [{ system_name: 'x', text: 'ACME-1' }],
      }),
    );
    expect(warnings).toEqual([]);
    expect(
      statements.map(({ origin, products, at, ...rest }) => ({
        ...rest,
        at,
        place: origin.place,
        ids: products.map(({ ids }) => ids[0]),
      })),
    ).toEqual([
      {
        vulnerabilities: ['CVE-1', 'ACME-1'],
        status: 'not_affected',
        justification: 'component_not_present',
        note: 'Nobody calls it.',
        at: MILLISECONDS,
        place: 'vulnerabilities[0].product_status.known_not_affected[0]',
        ids: ['pkg:npm/a@1.0.0'],
      },
      {
        vulnerabilities: ['CVE-1', 'ACME-1'],
        status: 'not_affected',
        justification: undefined,
        note: 'Nobody calls it.',
        at: MILLISECONDS,
        place: 'vulnerabilities[0].product_status.known_not_affected[1]',
        ids: ['pkg:npm/b@2.0.0'],
      },
      {
        vulnerabilities: ['CVE-1', 'ACME-1'],
        status: 'affected',
        justification: undefined,
        note: 'Turn it off.',
        at: MILLISECONDS,
        place: 'vulnerabilities[0].product_status.known_affected[0]',
        ids: ['cpe:/o:acme:os:1'],
      },
    ]);
  });

  it.each([
    { list: 'known_not_affected', status: 'not_affected' },
    { list: 'fixed', status: 'fixed' },
    { list: 'first_fixed', status: 'fixed' },
    { list: 'known_affected', status: 'affected' },
    { list: 'first_affected', status: 'affected' },
    { list: 'last_affected', status: 'affected' },
    { list: 'under_investigation', status: 'under_investigation' },
    { list: 'unknown', status: 'under_investigation' },
    { list: 'recommended', status: undefined },
  ])('$list says $status', ({ list, status }) => {
    const { statements } = read(csaf({ ...REASON, product_status: { [list]: ['A'] } }));
    expect(statements[0]?.status).toBe(status);
  });

  it('reads branches, ranges and hashes', () => {
    const { statements } = read(
      csaf(
        { ...REASON, product_status: { known_not_affected: ['R', 'H'] } },
        {
          branches: [
            {
              category: 'vendor',
              name: 'acme',
              branches: [
                {
                  category: 'product_version_range',
                  name: 'vers:npm/<2.0.0',
                  product: named('R', { purl: 'pkg:npm/r' }),
                },
                {
                  category: 'product_version',
                  name: '1',
                  product: named('H', {
                    hashes: [{ filename: 'x', file_hashes: [{ algorithm: 'sha256', value: 'AB' }] }],
                  }),
                },
              ],
            },
          ],
        },
      ),
    );
    expect(statements[0]?.products).toEqual([
      { ids: ['pkg:npm/r'], versions: 'vers:npm/<2.0.0', digests: [], subcomponents: [] },
      { ids: [], versions: undefined, digests: ['sha256:ab'], subcomponents: [] },
    ]);
  });

  it('takes a relationship for a component of a product, and nothing nested deeper for an excuse', () => {
    const tree = { relationships: [relation('A', 'OS'), relation('B', 'OS:A', 'deep')] };
    const { statements, warnings } = read(
      csaf({ ...REASON, product_status: { fixed: ['OS:A', 'deep'] } }, tree),
    );
    expect(statements.flatMap(({ products }) => products)).toEqual([
      {
        ids: ['cpe:/o:acme:os:1'],
        versions: undefined,
        digests: [],
        subcomponents: [{ ids: ['pkg:npm/a@1.0.0'], versions: undefined }],
      },
    ]);
    expect(warnings).toEqual([
      'x.json: vulnerabilities[0].product_status.fixed[1] is a component of a component of another product; such statements are not read.',
    ]);
    const affected = read(csaf({ product_status: { known_affected: ['deep'] } }, tree)).statements;
    expect(affected[0]?.products[0]?.ids).toEqual(['pkg:npm/b@2.0.0']);
  });

  it('warns once of products that nothing matches, and of versions that are limited in words', () => {
    const range = (name: string, id: string): Json => ({
      category: 'product_version_range',
      name,
      product: named(id, { purl: `pkg:npm/${id}` }),
    });
    const product_tree = {
      full_product_names: ['A', 'B', 'C', 'D', 'unused'].map((id) => ({ product_id: id, name: id })),
      branches: [range('<4.2', 'words'), range('vers:npm/<4.2', 'read')],
    };
    const not_affected = ['A', 'B', 'C', 'D', 'words', 'read'];
    const { warnings } = read(
      csaf({ ...REASON, product_status: { known_not_affected: not_affected } }, product_tree),
    );
    expect(warnings).toEqual([
      'x.json: product_tree has products that have neither purl nor CPE nor digest, and match nothing: A, B, C and 1 more.',
      'x.json: product_tree has products that are limited to versions in words, not in a range (vers:), and excuse nothing: words.',
    ]);
  });

  it('warns of an excuse without reason', () => {
    expect(read(csaf({})).warnings).toEqual([
      'x.json: vulnerabilities[0].product_status.known_not_affected[0] says known_not_affected with neither flag nor impact.',
      'x.json: vulnerabilities[0].product_status.known_not_affected[1] says known_not_affected with neither flag nor impact.',
    ]);
  });

  it.each<{ name: string; vulnerability?: Json; tree?: Json; message: string }>([
    {
      name: 'a product that is not there',
      vulnerability: { product_status: { fixed: ['X'] } },
      message: 'vulnerabilities[0].product_status.fixed[0] is "X", which is no product of the document',
    },
    {
      name: 'a product that is two things',
      vulnerability: { product_status: { fixed: ['A'], known_affected: ['A'] } },
      message:
        'vulnerabilities[0].product_status.known_affected[0] says affected of a product that is said to be fixed',
    },
    {
      name: 'an id of two products',
      tree: { full_product_names: [named('A', {}), named('A', {})] },
      message: 'product_tree.full_product_names[1].product_id is the id of two products',
    },
    {
      name: 'a relationship with itself',
      tree: { relationships: [relation('A', 'OS', 'A2'), relation('L', 'L', 'L')] },
      message: 'product_tree.relationships[1] relates "L", which is no product of its own',
    },
    {
      name: 'a flag of its own',
      vulnerability: { flags: [{ label: 'fine', product_ids: ['A'] }] },
      message: 'vulnerabilities[0].flags[0].label is "fine"',
    },
    {
      name: 'a group that is not there',
      vulnerability: { threats: [{ category: 'impact', details: 'x', group_ids: ['X'] }] },
      message: 'vulnerabilities[0].threats[0].group_ids[0] is no group of the document',
    },
  ])('is refused with $name', ({ vulnerability = {}, tree, message }) => {
    expect(() => read(csaf(vulnerability, tree))).toThrow(message);
  });
});

describe('any document', () => {
  it.each([
    { name: 'that is no JSON', text: 'openvex', message: 'is not JSON' },
    { name: 'that is a list', text: '[]', message: 'is not a JSON object' },
    {
      name: 'of another format',
      text: '{"spdxVersion":"SPDX-2.3"}',
      message: 'it is neither OpenVEX nor CycloneDX nor CSAF in JSON',
    },
    {
      name: 'with a format that is inherited only',
      text: '{"__proto__":{"bomFormat":"CycloneDX"}}',
      message: 'neither OpenVEX',
    },
  ])('$name is refused', ({ text, message }) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow('x.json');
  });

  it('that nests too deep is refused before it is built', () => {
    expect(() => read('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });

  it('may begin with a byte order mark', () => {
    expect(read(`\ufeff${JSON.stringify(openVex({}))}`).statements).toHaveLength(1);
  });

  it('may be the predicate of a statement, in an envelope or not, whose subjects are its products', () => {
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'pkg:oci/api', digest: { sha256: 'ab' } }],
      predicateType: 'https://openvex.dev/ns',
      predicate: openVex({ products: undefined }),
    };
    const envelope = {
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
      signatures: [],
    };
    const products = [{ ids: ['pkg:oci/api'], digests: ['sha256:ab'], subcomponents: [] }];
    expect(read(statement).statements[0]?.products).toEqual(products);
    expect(read(envelope).statements[0]?.products).toEqual(products);
  });

  const words = fc.constantFrom(
    'pkg:npm/a',
    'CVE-1',
    'fixed',
    'affected',
    'not_affected',
    'A',
    TIME,
    'impact',
    'OS:A',
    '',
    'product_version_range',
  );
  const keys = fc.constantFrom(
    '@context',
    '@id',
    'statements',
    'vulnerability',
    'products',
    'status',
    'name',
    'subcomponents',
    'identifiers',
    'hashes',
    'components',
    'bom-ref',
    'purl',
    'vulnerabilities',
    'analysis',
    'state',
    'affects',
    'ref',
    'versions',
    'range',
    'product_tree',
    'branches',
    'product',
    'product_id',
    'relationships',
    'full_product_name',
    'product_status',
    'fixed',
    '__proto__',
    'constructor',
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      words,
      fc.constantFrom(null, true, 0, -1, 1e308),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.array(fc.tuple(keys, tie('json')), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs)),
    ),
  }));
  const bases: readonly Json[] = [
    openVex({}),
    cycloneDx({}),
    csaf({ threats: [{ category: 'impact', details: 'x' }] }),
  ];

  it('that is hostile ends with statements or with an error that names it', () => {
    let refused = 0;
    const attempt = (document: unknown): void => {
      try {
        read(document);
      } catch (error) {
        if (!isSuiteError(error, 'CONTENT_INVALID', 'LIMIT_EXCEEDED')) throw error;
        expect(error.message).toContain('x.json');
        refused++;
      }
    };
    fc.assert(
      fc.property(fc.constantFrom(...bases), keys, json, (base, key, value) => {
        attempt({ ...base, [key]: value });
        attempt(replaceSomewhere(base, key, value));
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

/** Puts a value in the place of every field of that name. */
function replaceSomewhere(value: unknown, key: string, replacement: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => replaceSomewhere(one, key, replacement));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === key ? replacement : replaceSomewhere(one, key, replacement),
    ]),
  );
}

describe('attested statements', () => {
  const SUBJECT = `sha256:${'a'.repeat(64)}`;
  const attested = (predicate: Json, changes: Json = {}): AttestedVex =>
    readAttestedVex([
      {
        predicateType: 'https://openvex.dev/ns',
        predicate,
        subject: SUBJECT,
        document: 'attestation sha256:1',
        signer: 'security@acme.example',
        signedAt: 5,
        ...changes,
      },
    ]);

  it('are by who signed, about what they are attached to, and of the time of the signature where they say none', () => {
    const { statements } = attested(openVex({ products: undefined }, { timestamp: undefined }));
    expect(statements).toMatchObject([
      {
        products: [{ digests: [SUBJECT] }],
        at: 5,
        origin: { document: 'attestation sha256:1', author: 'security@acme.example' },
      },
    ]);
  });

  it('keep the products they name', () => {
    expect(attested(openVex({})).statements[0]?.products[0]?.ids).toEqual(['pkg:npm/a']);
  });

  it('of an SBOM are none', () => {
    const { statements, warnings } = attested(cycloneDx({}, { vulnerabilities: undefined }), {
      predicateType: 'https://cyclonedx.org/bom',
    });
    expect([statements, warnings]).toEqual([[], []]);
  });

  it('of another type are not looked at', () => {
    expect(attested(openVex({}), { predicateType: 'https://slsa.dev/provenance/v1' }).statements).toEqual([]);
  });

  it('that cannot be read excuse nothing, and are named', () => {
    const { statements, warnings } = attested(openVex({ status: 'not_affected' }));
    expect(statements).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('attestation sha256:1')]);
  });
});
