import { proveCases } from './prove-cases.ts';

proveCases(0, 8);
