/**
 * A small Express shop with passwords and sessions of its own, which asks
 * Watchword when it wants to be surer than that.
 *
 *     node shop.mjs URL KEY-FILE [PORT]
 *
 * What is new is between the two lines; the rest is the shop as it was.
 */
import { readFile } from 'node:fs/promises';
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import express from 'express';

const [url, keyFile, port = '0'] = process.argv.slice(2);
if (!keyFile) {
  console.error('usage: node shop.mjs URL KEY-FILE [PORT]');
  process.exit(2);
}
const key = (await readFile(keyFile, 'utf8')).trim().replace(/^api_key=/, '');

// The shop as it was: its customers, its passwords, its sessions.
const hash = (password, salt) => scryptSync(password, salt, 32);
const salt = randomBytes(16);
const customers = new Map([['ada@example.com', {
  email: 'ada@example.com', salt, hash: hash('seven wet umbrellas', salt),
  address: '1 Old Street',
}]]);
const sessions = new Map();
const app = express();
app.use(express.json());

function session(request) {
  const id = /(?:^|; )shop=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1];
  return sessions.get(id);
}

function signedIn(request, response, next) {
  request.customer = session(request)?.customer;
  return request.customer ? next() : response.status(401).end();
}

// ---- new: one function, and a middleware for what deserves a code ----------

async function watchword(path, body) {
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'Authorization': `Bearer ${key}`,
      'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok && answer.status !== 429) {
    throw new Error(`Watchword says ${answer.status}`);
  }
  return { status: answer.status, ...await answer.json() };
}

/**
 * Lets a request pass once its code was right. The first one is answered with
 * 202 and a challenge; the customer's browser sends it again with the
 * challenge and the code. What the code is good for is fixed in the binding:
 * with another address it is a wrong code.
 */
const stepUp = (purpose, bindingOf) => async (request, response, next) => {
  const binding = bindingOf(request);
  const { challenge, code, ...body } = request.body;
  if (!challenge) {
    const made = await watchword('/v1/challenges', { purpose, binding,
      to: { email: request.customer.email },
      context: { ip: request.ip } });
    return response.status(made.status === 429 ? 429 : 202)
      .json({ challenge: made.id, to: made.to });
  }
  const checked = await watchword(`/v1/challenges/${challenge}/check`,
    { code, binding });
  if (checked.status === 429 || checked.result !== 'approved') {
    return response.status(403).json({ result: checked.result ?? checked.code,
      attempts_left: checked.attempts_left });
  }
  // Once, for this purpose and this binding: nobody can pass it on.
  const redeemed = await watchword('/v1/receipts/redeem',
    { receipt: checked.receipt, purpose, binding });
  if (redeemed.result !== 'redeemed') {
    return response.status(403).json({ result: redeemed.result });
  }
  request.body = body;
  return next();
};

// ---------------------------------------------------------------------------

app.post('/sign-in', (request, response) => {
  const customer = customers.get(request.body.email);
  if (!customer || !timingSafeEqual(customer.hash,
    hash(String(request.body.password), customer.salt))) {
    return response.status(403).end();
  }
  const id = randomBytes(16).toString('hex');
  sessions.set(id, { customer });
  response.set('Set-Cookie', `shop=${id}; HttpOnly; SameSite=Lax; Path=/`);
  return response.json({});
});

app.get('/address', signedIn, (request, response) =>
  response.json({ address: request.customer.address }));

// This route had signedIn alone.
app.post('/address', signedIn,
  stepUp('account_change', (request) => ({ change: 'Postal address',
    address: String(request.body.address).slice(0, 100) })),
  (request, response) => {
    request.customer.address = request.body.address;
    response.json({ address: request.customer.address });
  });

app.use((error, request, response, next) => {
  void next;
  response.status(503).json({ error: 'try again' });
});

const server = app.listen(Number(port), '127.0.0.1', () =>
  console.log(`shop http://127.0.0.1:${server.address().port}`));
