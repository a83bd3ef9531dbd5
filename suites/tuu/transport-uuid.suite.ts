import { defineClause } from '../hooks.js';

await defineClause('tuu', 'transport-uuid');
