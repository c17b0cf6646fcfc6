import { runAction } from '@artifact-lifecycle/core/action';
import { verify } from './inputs.ts';
import { main } from './main.ts';

await runAction(verify, main);
