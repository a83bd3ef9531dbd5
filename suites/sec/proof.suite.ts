import { defineClause } from '../hooks.js';

await defineClause('sec', 'proof');
