// Times the npm package in the folder given, as worker.py does the Python ones.
'use strict';

const { readFileSync } = require('fs');
const { join } = require('path');
const { createInterface } = require('readline');
const { signer } = require(process.argv[2]);

const file = join(__dirname, '..', 'tests', 'data', 'bench_cases.json');
const { callback_45: nested, flat_25: flat } = JSON.parse(readFileSync(file, 'utf8'));

const JOBS = {
  sign_nested: () => signer(nested.params, nested.secret),
  sign_flat: () => signer(flat.params, flat.secret),
};

function seconds(loops, job) {
  const started = process.hrtime.bigint();
  for (let i = 0; i < loops; i += 1) job();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

console.log(JSON.stringify({
  name: `node ${process.version}`,
  package: process.argv[2],
  signatures: [JOBS.sign_nested(), JOBS.sign_flat()],
}));
createInterface({ input: process.stdin }).on('line', (line) => {
  const [loops, name] = line.split(' ');
  console.log(seconds(Number(loops), JOBS[name]));
});
