/**
 * A shop whose customers have their accounts in Watchword.
 *
 *     node sign-in.mjs URL KEY-FILE
 *
 * The shop's server signs somebody in with the key: the password first, then a
 * code where the decision asks for one, then a session of Watchword's. Type
 * the identifier, the password and the code; an empty line ends it.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const [url, keyFile] = process.argv.slice(2);
if (!keyFile) {
  console.error('usage: node sign-in.mjs URL KEY-FILE');
  process.exit(2);
}
const key = (await readFile(keyFile, 'utf8')).trim().replace(/^api_key=/, '');

/** One request to Watchword: its answer, or an error that says why not. */
async function ask(path, body) {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: {
      'Authorization': `Bearer ${key}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(`${answer.code}: ${answer.detail ?? answer.title}`);
  }
  return answer;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function read(prompt) {
  process.stdout.write(prompt);
  return (await lines.next()).value || undefined;
}

// Who is at the other end: of a real request, its address and its browser.
const context = {
  ip: '203.0.113.9',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0',
};

const identifier = await read('E-mail address: ');
const password = await read('Password: ');
let answer = await ask('/v1/sign_ins', { identifier, password, context });

if (answer.result === 'code_required') {
  console.log(`A code was sent to ${answer.challenge.to}: ${
    answer.reasons.join(' ')}`);
  const { id } = answer;
  do {
    const code = await read('Code: ');
    if (code === undefined) {
      process.exit(1);
    }
    // The device's token comes back in context.device next time.
    answer = await ask(`/v1/sign_ins/${id}/complete`,
      { code, remember_device: true, context });
  } while (answer.result === 'wrong');
}
if (answer.result !== 'signed_in') {
  // The same words for a wrong password and for nobody's.
  console.log(`not signed in: ${answer.result}`);
  process.exit(1);
}
console.log(`signed in as ${answer.session.account}`);
process.exit(0);
