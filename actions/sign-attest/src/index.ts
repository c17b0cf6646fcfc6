import { runAction } from '@artifact-lifecycle/core/action';
import { signAttest } from './inputs.ts';
import { main } from './main.ts';

await runAction(signAttest, main);
