// Serves the official JavaScript SDK in the folder given: a request a line, an answer a line.
'use strict';

const { createInterface } = require('readline');
const { signer } = require(process.argv[2]);

console.log = console.error;    // what the SDK may print is no answer

createInterface({ input: process.stdin }).on('line', (line) => {
  let answer;
  try {
    const { params, secret } = JSON.parse(line);
    answer = { signature: signer(params, secret) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
