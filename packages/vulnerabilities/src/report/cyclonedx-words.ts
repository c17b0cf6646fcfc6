import type { Rating } from '../severity/severity.ts';
import type { JudgedFinding } from '../verdict/verdict.ts';
import { describeStatement } from '../vex/describe-statement.ts';
import type { VexStatement } from '../vex/statement.ts';

/** What CycloneDX calls the states of OpenVEX (CycloneDX 1.6, `impactAnalysisState`). */
const STATES = {
  not_affected: 'not_affected',
  affected: 'exploitable',
  fixed: 'resolved',
  under_investigation: 'in_triage',
} as const;

/**
 * Reasons that both know, by OpenVEX's words; for "cannot be controlled by an adversary" CycloneDX has none. Its own
 * words stay as they are.
 */
const JUSTIFICATIONS: ReadonlyMap<string, string> = new Map([
  ['component_not_present', 'code_not_present'],
  ['vulnerable_code_not_present', 'code_not_present'],
  ['vulnerable_code_not_in_execute_path', 'code_not_reachable'],
  ['inline_mitigations_already_exist', 'protected_by_mitigating_control'],
  ...[
    'code_not_present',
    'code_not_reachable',
    'requires_configuration',
    'requires_dependency',
    'requires_environment',
    'protected_by_compiler',
    'protected_at_runtime',
    'protected_at_perimeter',
    'protected_by_mitigating_control',
  ].map((word) => [word, word] as const),
]);

/** What a statement says, as `analysis`; whose word it is, is in its detail. */
export function describeAnalysis({ statement }: JudgedFinding): { readonly analysis?: object } {
  if (statement === undefined) return {};
  const justification = JUSTIFICATIONS.get(statement.justification ?? '');
  const said = dateOf(statement);
  return {
    analysis: {
      state: STATES[statement.status],
      // It says why something is not affected, and stands nowhere else.
      ...(statement.status === 'not_affected' && justification !== undefined ? { justification } : {}),
      detail: describeStatement(statement),
      ...(said === undefined ? {} : { lastUpdated: said }),
    },
  };
}

function dateOf({ at }: VexStatement): string | undefined {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) || at <= 0 ? undefined : date.toISOString();
}

/** A rating with the method that made it; a record's own word is somebody's, too. */
export function describeRating({ severity, score, vector, method }: Rating, source: string): object {
  return {
    source: { name: source },
    ...(score === undefined ? {} : { score }),
    severity,
    method: methodOf(method, vector),
    ...(vector === undefined ? {} : { vector }),
  };
}

function methodOf(method: string, vector: string | undefined): string {
  switch (method) {
    case 'CVSS_V4':
      return 'CVSSv4';
    case 'CVSS_V3':
      return vector?.startsWith('CVSS:3.0/') === true ? 'CVSSv3' : 'CVSSv31';
    case 'CVSS_V2':
      return 'CVSSv2';
    default:
      return 'other';
  }
}
