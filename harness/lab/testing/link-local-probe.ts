import { fetchFromDevice } from '../discovery/http-client.js';
import { REFERENCE_CERTIFICATE } from '../device/certificate.js';
import { answerWith, HostileServer, OK } from './hostile-server.js';

/** Fetches from a link-local address, whose interface no URL may name; prints what came, or what went wrong. */
const [address = '', interfaceName = ''] = process.argv.slice(2);
const said: string[] = [];
for (const secure of [false, true]) {
  const options = { address: `${address}%${interfaceName}`, ...(secure ? { certificate: REFERENCE_CERTIFICATE } : {}) };
  const server = await HostileServer.start(answerWith(OK, 'here'), options);
  const url = `${secure ? 'https' : 'http'}://[${address}]:${server.port}/`;
  for (const method of ['GET', 'CONNECT'] as const) {
    const { result } = await fetchFromDevice(
      {
        kind: 'fetch',
        id: 1,
        purpose: 'description',
        method,
        url,
        headers: [],
        body: null,
        isChunked: false,
        messageId: null,
      },
      interfaceName,
      new AbortController().signal,
    );
    said.push(result.problem?.text ?? (result.body === null ? 'connected' : Buffer.from(result.body).toString()));
  }
  await server.close();
}
process.stdout.write(JSON.stringify(said));
