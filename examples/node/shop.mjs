/**
 * A payment that waits for a code.
 *
 *     node shop.mjs URL KEY-FILE
 *
 * URL is Watchword's, KEY-FILE holds the line that `watchword init` printed.
 * The customer types the code here, where a shop would have its page.
 */
import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [url, keyFile] = process.argv.slice(2);
if (!keyFile) {
  console.error('usage: node shop.mjs URL KEY-FILE');
  process.exit(2);
}
const key = (await readFile(keyFile, 'utf8')).trim().replace(/^api_key=/, '');
const publicKeys = createRemoteJWKSet(new URL('/.well-known/jwks.json', url));

/** One request to Watchword; its answer, or an error that says why not. */
async function ask(path, body, headers = {}) {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: {
      'Authorization': `Bearer ${key}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(`${answer.code}: ${answer.detail ??
      answer.title}`), answer);
  }
  return answer;
}

/** The shop's front: asks for a code, and for what the customer reads. */
async function approve(payment, readCode) {
  // The key stays the same when this request is tried again after a timeout,
  // so that one payment never has two challenges.
  const challenge = await ask('/v1/challenges', {
    purpose: 'transaction',
    to: { email: payment.customer },
    binding: { amount: payment.amount, payee: payment.payee },
  }, { 'Idempotency-Key': `"${randomUUID()}"` });

  for (;;) {
    const code = await readCode(
      `The code that was sent to ${challenge.to}: `);
    if (code === undefined) {
      await ask(`/v1/challenges/${challenge.id}/cancel`, {});
      return null;
    }
    try {
      const check = await ask(`/v1/challenges/${challenge.id}/check`, { code });
      if (check.result === 'approved') {
        return check.receipt;
      }
      console.log(`${check.result}, ${check.attempts_left} tries left`);
      if (check.status !== 'pending') {
        return null;
      }
    } catch (error) {
      // Letters, or too few digits: nothing was counted.
      if (error.code !== 'invalid_request') {
        throw error;
      }
      console.log(error.errors.map((e) => `${e.field} ${e.reason}`).join(', '));
    }
  }
}

/** The server that moves money: believes the signature, not the front. */
async function release(payment, receipt) {
  const { payload } = await jwtVerify(receipt, publicKeys, {
    algorithms: ['EdDSA'],
    typ: 'receipt+jwt',
    issuer: 'watchword',
    audience: 'default',
  });
  if (payload.purpose !== 'transaction' ||
      payload.binding.amount !== payment.amount ||
      payload.binding.payee !== payment.payee) {
    throw new Error('this receipt is for something else');
  }
  const { result } = await ask('/v1/receipts/redeem', {
    receipt,
    purpose: 'transaction',
    binding: { amount: payment.amount, payee: payment.payee },
  });
  return result === 'redeemed';
}

const payment = {
  customer: 'ada@example.com',
  amount: '129.00 EUR',
  payee: 'Example Books',
};
const decision = await ask('/v1/decisions', {
  event: 'transaction',
  signals: { new_payee: true, amount: { amount: '129.00', currency: 'EUR' } },
});
console.log(`code ${decision.code}: ${decision.reasons.join(' ')}`);

// Stands in for the page where the customer types: undefined when he leaves.
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const receipt = await approve(payment, async (question) => {
  process.stdout.write(question);
  return (await lines.next()).value;
});
if (receipt === null) {
  console.log('not paid');
  process.exit(1);
}
console.log(await release(payment, receipt) ? 'paid' : 'paid before');
process.stdin.destroy();
