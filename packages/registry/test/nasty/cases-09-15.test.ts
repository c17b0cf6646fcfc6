import { proveCases } from './prove-cases.ts';

proveCases(9, 15);
