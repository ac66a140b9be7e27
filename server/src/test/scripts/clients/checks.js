// What the programs for node-redis and ioredis share: a check is a function that rejects if
// something is wrong, and gets a list of what is to be closed after it.
'use strict';

const { execSync } = require('child_process');

const PATIENCE_MILLIS = 20_000;
const port = Number(process.env.PORT);

/** What a check throws that the library or the server is too old for. */
class TooOld extends Error {}

const pause = (millis) => new Promise((done) => setTimeout(done, millis));

/** What `look` finds once it is something. */
async function until(look) {
  for (const end = Date.now() + PATIENCE_MILLIS; Date.now() < end; await pause(10)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error('nothing came');
}

/** The error of a promise, which must have these words. */
async function fails(promise, ...words) {
  let failure;
  try {
    await promise;
  } catch (error) {
    failure = error;
  }
  if (!failure) throw new Error('no error');
  for (const word of words) {
    if (!String(failure.message).includes(word)) throw failure;
  }
  return failure;
}

function restart() {
  execSync(process.env.RESTART, { stdio: 'inherit' });
}

/** Runs all checks for each choice of a protocol; `empty` empties the server before each. */
async function run(library, protocols, checks, empty) {
  let failures = 0;
  for (const protocol of protocols) {
    for (const check of checks) {
      const name = `${library}, protocol ${protocol ?? 'by choice'}: ${check.name}`;
      const opened = [];
      try {
        await empty();
        await Promise.race([
          check(protocol, opened),
          pause(3 * PATIENCE_MILLIS).then(() => {
            throw new Error('takes too long');
          }),
        ]);
        console.log('ok      ', name);
      } catch (error) {
        if (error instanceof TooOld) {
          console.log('left out', name);
        } else {
          failures++;
          console.log('FAILED  ', name);
          console.log(error.stack);
        }
      }
      for (const close of opened) {
        await close();
      }
    }
  }
  process.exit(failures ? 1 : 0);
}

module.exports = { TooOld, fails, pause, port, restart, run, until };
