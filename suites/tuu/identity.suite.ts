import { defineClause } from '../hooks.js';

await defineClause('tuu', 'identity');
