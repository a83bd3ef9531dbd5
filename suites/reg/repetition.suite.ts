import { defineClause } from '../hooks.js';

await defineClause('reg', 'repetition');
