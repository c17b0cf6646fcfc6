import { type CommandDocument, commandCall, judgeCommand } from '@artifact-lifecycle/gates';
import { formatLocation } from '@artifact-lifecycle/registry';
import { environmentOfCommand } from '../command-environment.ts';
import { runProgram } from '../program.ts';
import { stationOfSource } from '../request.ts';
import { platformNames } from './platforms.ts';
import type { LastGatherer } from './scene.ts';

/** Gate `command`: a program of the user's own, which reads what all others say. */
export const gatherCommand: LastGatherer = async (settings, scene, results) => {
  const { artifact, request, names, now, desk } = scene;
  const document: CommandDocument = {
    version: 1,
    artifact: {
      name: formatLocation(artifact.registry.location),
      digest: artifact.digest,
      tag: artifact.reference.tag ?? null,
      platforms: await platformNames(scene),
    },
    promotion: {
      environment: request.to?.name ?? null,
      from: stationOfSource(request)?.name ?? null,
      version: names.version ?? null,
      destinations: request.destinations.map(formatLocation).toSorted(),
    },
    time: new Date(now).toISOString(),
    gates: results,
  };
  const { signal, workspace } = desk.context;
  const env = environmentOfCommand(desk.context.env);
  const outcome = await runProgram(commandCall(settings, document), { signal, workspace, env });
  return judgeCommand(settings, outcome);
};
