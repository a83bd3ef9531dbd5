import { defineClause } from '../hooks.js';

await defineClause('disc', 'found');
