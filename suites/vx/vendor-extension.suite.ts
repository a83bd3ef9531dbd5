import { defineClause } from '../hooks.js';

await defineClause('vx', 'vendor-extension');
