import { defineClause } from '../hooks.js';

await defineClause('vpi', 'consistency');
