import { defineClause } from '../hooks.js';

await defineClause('desc', 'http');
