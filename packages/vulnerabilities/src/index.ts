export type * from './advisory/advisory.ts';
export { parseAdvisory } from './advisory/parse-advisory.ts';
export { askOnce } from './assess/ask-once.ts';
export { assessVulnerabilities, type VulnerabilityQuestion } from './assess/assess-vulnerabilities.ts';
export {
  type AssessedSubject,
  type Assessment,
  countBySeverity,
  isExcused,
  type SeverityCounts,
  type UncoveredPackages,
} from './assess/assessment.ts';
export { type Gap, gapsOf, refuseUnassessable } from './assess/unassessable.ts';
export type * from './component/component.ts';
export {
  componentsOfDocument,
  componentsOfInventory,
  componentsOfPurls,
} from './component/list-components.ts';
export { readComponent } from './component/read-component.ts';
export type * from './finding/finding.ts';
export { type Matches, matchAdvisories } from './matching/match-advisories.ts';
export * from './order/compare-versions.ts';
export * from './order/version-order.ts';
export { limitationsOf } from './report/limitations.ts';
export type { ListingDocument, ReportContext, ReportedSubject } from './report/report-context.ts';
export { mergeFindings, type ReportedFinding } from './report/reported-finding.ts';
export { MAX_SARIF_RESULTS, type SarifReport, writeSarif } from './report/sarif.ts';
export { factsOfAssessments, unusedExceptionsOf } from './report/verdict-facts.ts';
export { writeVulnerabilityReport } from './report/vulnerability-report.ts';
export { addressOf, fixText, nameOf, sayExcuse, shorten } from './report/wording.ts';
export { scoreVector } from './severity/cvss.ts';
export * from './severity/severity.ts';
export type * from './source/advisory-source.ts';
export {
  type AdvisoryDirectory,
  type AdvisoryDirectoryOptions,
  openAdvisoryDirectory,
} from './source/directory/advisory-directory.ts';
export {
  ADVISORY_URLS,
  type AdvisoryOptions,
  type AdvisorySources,
  type AdvisoryUrls,
  advisoryUrls,
  openAdvisorySources,
} from './source/open-source.ts';
export * from './verdict/exceptions.ts';
export * from './verdict/judge.ts';
export type * from './verdict/verdict.ts';
export { type AttestedVex, readAttestedVex, type VerifiedAttestation } from './vex/attested.ts';
export * from './vex/dependents.ts';
export * from './vex/describe-statement.ts';
export { cpesIn, type InventoriedImage, namesOfImage } from './vex/image-names.ts';
export { type ImageVexQuestion, readImageVex } from './vex/image-statements.ts';
export { readVexDocument } from './vex/read-vex.ts';
export type * from './vex/statement.ts';
export * from './vex/subject.ts';
export { readVexFiles, type VexFile } from './vex/vex-files.ts';
