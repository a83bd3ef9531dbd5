import { defineClause } from '../hooks.js';

await defineClause('pnpx', 'metadata');
