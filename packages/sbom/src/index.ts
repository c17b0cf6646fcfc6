export { listZipEntries, readZipEntry, type ZipEntry } from './archive/zip.ts';
export { type Attachment, attachDocument } from './attach/attach-document.ts';
export type {
  Cataloguer,
  Evidence,
  FileSelection,
  FoundFile,
  Report,
  Scene,
} from './cataloguers/cataloguer.ts';
export { CATALOGUERS } from './cataloguers/cataloguers.ts';
export { isPackageDatabase } from './cataloguers/distribution/package-database.ts';
export {
  type Changed,
  type Comparable,
  diffInventories,
  type InventoryDiff,
  type OneSided,
} from './diff/diff-inventories.ts';
export { webAddress } from './document/addresses.ts';
export { type DocumentContext, documentDate } from './document/context.ts';
export { DOCUMENT_FORMATS, type DocumentFormat, FORMAT_FACTS, type FormatFacts } from './document/format.ts';
export {
  type IndexedPlatform,
  type IndexSubject,
  linkTo,
  writeIndexDocument,
} from './document/index-document.ts';
export type { DocumentLink } from './document/links.ts';
export type { ListedPackage, ReadDocument } from './document/reading/listed-package.ts';
export { MAX_DOCUMENT_BYTES, parseDocument } from './document/reading/parse-document.ts';
export { uuidOf } from './document/unique.ts';
export { writeDocument } from './document/write-document.ts';
export { describeDirectory } from './image/describe-directory.ts';
export { type DescribedDocument, describeDocument } from './image/describe-document.ts';
export {
  type DescribedImage,
  type DescribeOptions,
  type DescribeProgress,
  describeImage,
  type ImageInput,
  platformSlug,
} from './image/describe-image.ts';
export { imageName } from './image/image-name.ts';
export type * from './inventory/inventory.ts';
export { distroQualifier, type OsRelease } from './inventory/os-release.ts';
export type * from './inventory/package.ts';
export { type InventoryInput, takeInventory } from './inventory/take-inventory.ts';
export type { Unknown } from './inventory/unknown.ts';
export { licenceExpression } from './licence/expression.ts';
export { type ExtractedLicence, extractLicence, findLicenceRefs } from './licence/licence-ref.ts';
export { canonicalPurl, parsePurl } from './purl/parse-purl.ts';
export { formatPurl, type PurlParts } from './purl/purl.ts';
export { type ImageConfig, type ImageHistory, readImageConfig } from './reading/image-config.ts';
export type { Scan, ScanOptions } from './reading/scan.ts';
export { scanDirectory } from './reading/scan-directory.ts';
export { type ImageScanOptions, type ImageToScan, scanImage } from './reading/scan-image.ts';
