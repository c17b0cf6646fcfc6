import { type ApprovalEvidence, judgeApproval } from '@artifact-lifecycle/gates';
import {
  readApprovals,
  readAuthors,
  readEnvironmentProtection,
  readTeamMembers,
} from '@artifact-lifecycle/github/gates';
import { commitOf } from './checks.ts';
import type { Gatherer } from './scene.ts';

/** Gate `approval`: people have approved this attempt of this run, through GitHub's protection rules. */
export const gatherApproval: Gatherer<'approval'> = async (settings, scene) => {
  const { desk, request } = scene;
  const questions = desk.github.questions();
  const name = settings.environment ?? request.to?.name ?? '';
  const [environment, run] = await Promise.all([
    readEnvironmentProtection(questions, name),
    desk.github.run(),
  ]);
  const { reviews, maybeEarlier } = await readApprovals(questions, { run, environment: name });
  const approvers = [
    ...new Set(reviews.filter(({ state }) => state === 'approved').map(({ login }) => login)),
  ];
  const [authors, members] = await Promise.all([
    settings.notTheAuthor === true
      ? readAuthors(questions, { commit: await commitOf(scene), run })
      : undefined,
    settings.teams === undefined ? [] : readTeamMembers(questions, settings.teams, approvers),
  ]);
  const evidence: ApprovalEvidence = {
    environment,
    run: { id: run.id, attempt: run.attempt, commit: run.commit },
    ...{ reviews, maybeEarlier, members },
    authors: authors?.logins ?? [],
    // Nobody's address has to be known where nobody is left out for it.
    isAuthorKnown: authors?.isAuthorKnown ?? true,
  };
  return judgeApproval(settings, evidence);
};
