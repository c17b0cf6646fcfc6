import {
  ExternalReferenceType,
  HashAlgorithm,
  LicenseAcknowledgement,
} from '@cyclonedx/cyclonedx-library/Enums';
import {
  Attachment,
  ExternalReference,
  ExternalReferenceRepository,
  HashDictionary,
  type License,
  LicenseExpression,
  LicenseRepository,
  NamedLicense,
  OrganizationalContact,
  OrganizationalContactRepository,
  OrganizationalEntity,
  Property,
  PropertyRepository,
  SpdxLicense,
} from '@cyclonedx/cyclonedx-library/Models';
import { isSupportedSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';
import type { Hash, Party } from '../inventory/package.ts';
import { extractLicence } from '../licence/licence-ref.ts';
import type { DocumentLink } from './links.ts';

/** All properties of this suite are in one namespace (CycloneDX property taxonomy). */
const NAMESPACE = 'artifact-lifecycle:';

/** A licence's text goes along up to this size: some packages put novels there. */
const MAX_LICENCE_TEXT_CHARS = 64 * 1024;

const ALGORITHMS = {
  MD5: HashAlgorithm.MD5,
  'SHA-1': HashAlgorithm['SHA-1'],
  'SHA-256': HashAlgorithm['SHA-256'],
  'SHA-384': HashAlgorithm['SHA-384'],
  'SHA-512': HashAlgorithm['SHA-512'],
} as const;

export function makeHashes(hashes: readonly Hash[]): HashDictionary {
  return new HashDictionary(hashes.map(({ algorithm, hex }) => [ALGORITHMS[algorithm], hex]));
}

/** Properties with this suite's namespace before each name. */
export function makeProperties(properties: readonly (readonly [string, string])[]): PropertyRepository {
  return new PropertyRepository(properties.map(([name, value]) => new Property(NAMESPACE + name, value)));
}

/** Somebody as an organisation; an email stands at its contact (schema, `organizationalEntity`). */
export function makeEntity(party: Party | undefined): OrganizationalEntity | undefined {
  if (party === undefined) return undefined;
  const entity = new OrganizationalEntity({ name: party.name });
  if (party.url !== undefined) entity.url.add(party.url);
  if (party.email !== undefined) entity.contact.add(makeContact(party));
  return entity;
}

export function makeContacts(parties: readonly Party[]): OrganizationalContactRepository {
  return new OrganizationalContactRepository(parties.map(makeContact));
}

function makeContact({ name, email }: Party): OrganizationalContact {
  return email === undefined
    ? new OrganizationalContact({ name })
    : new OrganizationalContact({ name, email });
}

/** Addresses that documents refer to; those that are not there are left out. */
export interface Addresses {
  readonly website?: string | undefined;
  readonly documentation?: string | undefined;
  readonly source?: string | undefined;
  readonly download?: string | undefined;
}

/**
 * References to what is elsewhere. The repository of the source is both `vcs`, as CycloneDX calls it, and
 * `source-distribution`, as BSI TR-03183-2 v2.1 wants its address (8.2, table 9).
 */
export function makeReferences(
  addresses: Addresses,
  hashes: readonly Hash[],
  link?: DocumentLink,
): ExternalReferenceRepository {
  const { website, documentation, source, download } = addresses;
  const references = new ExternalReferenceRepository();
  const add = (url: string | undefined, type: ExternalReferenceType, of: readonly Hash[] = []): void => {
    if (url !== undefined) references.add(new ExternalReference(url, type, { hashes: makeHashes(of) }));
  };
  add(
    link?.uri,
    ExternalReferenceType.BOM,
    link === undefined ? [] : [{ algorithm: 'SHA-256', hex: link.sha256 }],
  );
  add(download, ExternalReferenceType.Distribution, hashes);
  add(documentation, ExternalReferenceType.Documentation);
  add(source, ExternalReferenceType.SourceDistribution);
  add(source, ExternalReferenceType.VCS);
  add(website, ExternalReferenceType.Website);
  return references;
}

/**
 * The licence as declared, and once more as concluded where it is one of SPDX's list. An expression stands alone, since
 * CycloneDX 1.6 allows no second entry beside it.
 */
export function makeLicences(licence: string | undefined, declared: readonly string[]): LicenseRepository {
  const licences: License[] = [];
  if (licence !== undefined && isSupportedSpdxId(licence)) {
    licences.push(
      new SpdxLicense(licence, { acknowledgement: LicenseAcknowledgement.Declared }),
      new SpdxLicense(licence, { acknowledgement: LicenseAcknowledgement.Concluded }),
    );
  } else if (licence !== undefined && /^LicenseRef-\S+$/.test(licence)) {
    licences.push(makeNamed(licence, declared));
  } else if (licence !== undefined) {
    const expression = new LicenseExpression(licence);
    expression.acknowledgement = LicenseAcknowledgement.Declared;
    licences.push(expression);
  }
  return new LicenseRepository(licences);
}

function makeNamed(ref: string, declared: readonly string[]): NamedLicense {
  const { name, text } = extractLicence(ref, declared);
  const licence = new NamedLicense(name, { acknowledgement: LicenseAcknowledgement.Declared });
  if (text !== name) {
    licence.text = new Attachment(text.slice(0, MAX_LICENCE_TEXT_CHARS), { contentType: 'text/plain' });
  }
  return licence;
}
