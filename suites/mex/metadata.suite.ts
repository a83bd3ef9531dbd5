import { defineClause } from '../hooks.js';

await defineClause('mex', 'metadata');
