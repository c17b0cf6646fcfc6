export { type RunReviews, readApprovals } from './approvals.ts';
export { type ChangeAuthors, readAuthors } from './authors.ts';
export { readChecks } from './checks.ts';
export {
  createDeployment,
  createDeploymentStatus,
  endEarlierDeployment,
  type PromotionDeployment,
  type PromotionStatus,
} from './deployment.ts';
export { readEnvironmentProtection } from './environment.ts';
export { type LinkedArtifact, type LinkedArtifactResult, recordLinkedArtifact } from './linked-artifact.ts';
export { type GateQuestions, type GateQuestionsOptions, openGateQuestions } from './questions.ts';
export { type RunFacts, readRun } from './run.ts';
export { isTeamMember, readTeamMembers } from './team.ts';
