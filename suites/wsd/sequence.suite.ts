import { defineClause } from '../hooks.js';

await defineClause('wsd', 'sequence');
