/*
 * Preloaded by --require: notes in the file of LOADS each time that the process opens a model or asks for the runtime, which
 * is never found, whether it is installed or not.
 */
const { appendFileSync, promises } = require('node:fs');
const fs = require('node:fs');
const Module = require('node:module');

const RUNTIME = 'onnxruntime-node';

function note(what) {
  appendFileSync(process.env.LOADS, `${what}\n`);
}

function noting(read) {
  return (path, ...rest) => {
    if (String(path).endsWith('.onnx')) note('model');
    return read(path, ...rest);
  };
}

for (const name of ['readFile', 'open']) promises[name] = noting(promises[name]);
for (const name of ['readFile', 'readFileSync', 'open', 'openSync', 'createReadStream'])
  fs[name] = noting(fs[name]);
Module.syncBuiltinESMExports();

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => {
  if (!request.startsWith(RUNTIME)) return resolveFilename(request, ...rest);
  note('runtime');
  throw Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' });
};
