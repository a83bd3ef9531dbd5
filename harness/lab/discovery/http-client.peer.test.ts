import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect } from 'chai';
import type { FetchOutput } from '#discovery/engine.js';
import { fetchFromDevice } from './http-client.js';

const LIMIT_MS = 200;

describe('a connection to the device', () => {
  let server: Server;

  before(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  after(() => {
    server.close();
  });

  it('counts when it was made in time, and we did not get to see it', async () => {
    const { port } = server.address() as AddressInfo;
    const request: FetchOutput = {
      ...{ kind: 'fetch', id: 1, purpose: 'connect', method: 'CONNECT', url: `http://127.0.0.1:${port}/` },
      ...{ messageId: null, headers: [], body: null, isChunked: false },
    };
    const limits = { totalMs: LIMIT_MS, bodyBytes: 1 };
    const answer = fetchFromDevice(request, 'lo', new AbortController().signal, limits);
    const beganMs = performance.now();
    while (performance.now() - beganMs < 2 * LIMIT_MS);
    expect((await answer).result.problem).to.equal(null);
  });
});
