// A merchant's server in another language, written from the platform's documentation as the plugins
// for shops are: it signs a request for a refund, asks for the status and verifies the answer.
const {createHmac} = require('node:crypto');

const [address, secret, request] = JSON.parse(process.argv[2]);

function textOf(value) {
  if (value === null) return '';
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}

function leavesOf(value, path = []) {
  if (value === null || typeof value !== 'object') {
    return [[...path, textOf(value)].map((part, place, all) =>
      place < all.length - 1 ? part.replaceAll(':', '::') : part).join(':')];
  }
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

// As PHP sorts "naturally": digits as numbers, all else by code.
function compareNaturally(one, other) {
  const [mine, theirs] = [one, other].map((text) => text.match(/\d+|\D/gu) ?? []);
  for (const [place, part] of mine.entries()) {
    const against = theirs[place];
    if (against === undefined) return 1;
    if (part === against) continue;
    const areNumbers = /^\d/.test(part) && /^\d/.test(against);
    return areNumbers ? Number(part) - Number(against) : part < against ? -1 : 1;
  }
  return mine.length - theirs.length;
}

function signatureOf(data) {
  const canonical = leavesOf(data).sort(compareNaturally).join(';');
  return createHmac('sha512', secret).update(canonical).digest('base64');
}

async function post(path, body) {
  body.general.signature = signatureOf(body);
  const answer = await fetch(`${address}/v2/payment/${path}`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
  return [answer.status, await answer.json()];
}

async function main() {
  const {project_id, payment_id} = request.general;
  const refund = await post('card/refund', request);
  const [, status] = await post('status', {general: {project_id, payment_id}});
  const {signature, ...told} = status;
  console.log(JSON.stringify({refund, status, is_signed: signature === signatureOf(told)}));
}

main();
