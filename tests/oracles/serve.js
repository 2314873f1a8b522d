// Serves the official JavaScript SDK in the folder given: a request a line, an answer a line.
'use strict';

const { createInterface } = require('readline');
const sdk = require(process.argv[2]);

console.log = console.error;    // what the SDK may print is no answer

function resultOf(source) {
  const snippet = new Function('sdk', source);    // what does not compile is no answer either
  try {
    return { result: snippet(sdk) };
  } catch (error) {
    return { raised: [error.constructor.name] };
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  let answer;
  try {
    const { source, params, secret } = JSON.parse(line);
    answer = source === undefined ? { signature: sdk.signer(params, secret) } : resultOf(source);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
