import { runAction } from '@artifact-lifecycle/core/action';
import { sbom } from './inputs.ts';
import { main } from './main.ts';

await runAction(sbom, main);
