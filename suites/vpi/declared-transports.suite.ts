import { defineClause } from '../hooks.js';

await defineClause('vpi', 'declared-transports');
