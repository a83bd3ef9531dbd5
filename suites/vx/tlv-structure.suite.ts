import { defineClause } from '../hooks.js';

await defineClause('vx', 'tlv-structure');
