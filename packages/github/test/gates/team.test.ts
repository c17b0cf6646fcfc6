import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isTeamMember, readTeamMembers } from '../../src/gates/index.ts';
import { type GateStage, openGateStage } from './gate-stage.ts';

describe('members of teams', () => {
  let stage: GateStage;
  beforeEach(async () => {
    stage = await openGateStage();
    stage.github.addTeam('acme/release', { jane: 'active', bob: 'pending' });
    stage.github.addTeam('other/ops', { bob: 'active' });
  });
  afterEach(async () => {
    expect(stage.github.unknown).toEqual([]);
    await stage.close();
  });

  it.each([
    { name: 'a member', team: 'release', login: 'jane', isMember: true },
    { name: 'a member, in another case', team: 'acme/Release', login: 'Jane', isMember: true },
    { name: 'an invitation that waits', team: 'release', login: 'bob', isMember: false },
    { name: 'a stranger', team: 'release', login: 'eve', isMember: false },
    { name: 'a member of a team of another organisation', team: 'other/ops', login: 'bob', isMember: true },
  ])('$name: $isMember', async ({ team, login, isMember }) => {
    expect(await isTeamMember(stage.questions, team, login)).toBe(isMember);
  });

  it('tells a stranger from a team that is not there', async () => {
    await expect(isTeamMember(stage.questions, 'relase', 'jane')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no team acme/relase, or this token does not see it.',
      remedy: expect.stringContaining('read:org'),
    });
  });

  it("says what a workflow's own token lacks", async () => {
    stage.github.may = { actions: 'read' };
    await expect(isTeamMember(stage.questions, 'release', 'jane')).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      remedy: expect.stringMatching(/"Members: read".*read:org/),
    });
  });

  it('asks about everybody and every team', async () => {
    const members = await readTeamMembers(stage.questions, ['release', 'other/ops'], ['jane', 'bob']);
    expect(members).toEqual([
      { team: 'release', login: 'jane' },
      { team: 'other/ops', login: 'bob' },
    ]);
    expect(await readTeamMembers(stage.questions, [], ['jane'])).toEqual([]);
  });

  it('says nothing where one question fails', async () => {
    stage.github.faults.add({ nth: 2 }, { kind: 'answer', status: 500, body: '{}' });
    await expect(readTeamMembers(stage.questions, ['release'], ['jane', 'bob'])).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });
});
